import { DateField } from "@/components/form/date-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import type { loadPresence } from "@/lib/presence/load";
import { giveDelegationAction, setAwayAction } from "./actions";
import { PresenceList } from "./presence-list";

type Props = Awaited<ReturnType<typeof loadPresence>>;

/** When the person is away, and who decides for them then. */
export function PresenceCard({ today, deputies, workspaces, mayGive, ...standing }: Props) {
  return (
    <Card
      title="Away and delegation"
      description="Others see when you are away or busy where approvals wait for you, and notices go to who stands in for you."
      flush
      actions={
        <>
          <Dialog trigger={<Button size="sm" icon="clock">Set away</Button>} title="Away or busy">
            <Form action={setAwayAction} success="Others see it now.">
              <SelectField name="kind" label="You are" required defaultValue="away" options={[{ value: "away", label: "Away" }, { value: "busy", label: "Busy" }]} />
              <Days today={today} />
              <TextField name="note" label="Note" maxLength={200} hint="You and admins see it here." />
              <FormActions>
                <SubmitButton>Set</SubmitButton>
              </FormActions>
            </Form>
          </Dialog>
          {mayGive ? <Give today={today} deputies={deputies} workspaces={workspaces} /> : null}
        </>
      }
    >
      <PresenceList {...standing} empty="You are here, and nobody decides for you." />
    </Card>
  );
}

function Give({ today, deputies, workspaces }: Pick<Props, "today" | "deputies" | "workspaces">) {
  return (
    <Dialog
      trigger={<Button size="sm" icon="users">Delegate</Button>}
      title="Give your part in approvals"
      description="They decide in your place where a policy allows it, and for themselves as before. Each person counts once in a request."
    >
      <Form action={giveDelegationAction} success="They are told, and decide for you in that time.">
        <SelectField
          name="toPersonId"
          label="To"
          required
          placeholder={deputies.length > 0 ? "Choose a person" : "Nobody else may decide"}
          options={deputies.map(({ id, name, email }) => ({ value: id, label: `${name} (${email})` }))}
          hint="Only who may decide there themselves."
        />
        <SelectField name="workspaceId" label="Where" required defaultValue="everywhere" options={[{ value: "everywhere", label: "Wherever you decide" }, ...workspaces.map(({ id, name }) => ({ value: id, label: name }))]} />
        <Days today={today} />
        <TextField name="reason" label="Reason" required maxLength={500} hint="The audit keeps it." />
        <FormActions>
          <SubmitButton>Give</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

function Days({ today }: { today: string }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <DateField name="firstDay" label="First day" min={today} hint="Empty: from now on." />
      <DateField name="lastDay" label="Last day" min={today} required hint="Included." />
    </div>
  );
}
