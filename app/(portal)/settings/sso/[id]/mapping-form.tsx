"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import type { GrantableRole } from "@/lib/people/grantable";
import type { ConnectionView } from "@/lib/sso/list";
import { preview, update } from "../actions";
import { type Rule, RuleFields } from "./rule-fields";
import { TestResult } from "./test-result";

type Props = { connection: ConnectionView; roles: readonly GrantableRole[] };

const trustChoices: { value: ConnectionView["trustFactor"]; label: string }[] = [
  { value: "never", label: "Do not rely on it" },
  { value: "when_said", label: "Counts where its answer says so (amr, authentication context)" },
  { value: "always", label: "Counts always: it asks everybody, whatever its answer says" },
];

/** Which claim is the address, and which values give a role; tried on something pasted before it is saved. */
export function MappingForm({ connection, roles }: Props) {
  const { mapping } = connection;
  const [subject, setSubject] = useState(mapping.subject);
  const [email, setEmail] = useState(mapping.email);
  const [name, setName] = useState(mapping.name);
  const [slackId, setSlackId] = useState(mapping.slackId ?? "");
  const [chatId, setChatId] = useState(mapping.chatId ?? "");
  const [defaultRole, setDefaultRole] = useState<string>(mapping.defaultRole ?? "");
  const [rules, setRules] = useState<Rule[]>(mapping.rules.map((rule, key) => ({ ...rule, key })));
  const [trustFactor, setTrustFactor] = useState(connection.trustFactor);
  const wanted = { subject, email, name, slackId, chatId, defaultRole, rules: rules.map(({ key: _key, ...rule }) => rule) };
  const everywhere = roles.filter((role) => role.places.some((place) => place.id === null));

  function save(_state: null, input: FormData | Record<string, unknown>) {
    const isOn = (flag: string) => input instanceof FormData && input.has(flag);
    return update(null, { id: connection.id, mapping: wanted, jit: isOn("jit"), idpInitiated: isOn("idpInitiated"), trustFactor });
  }

  return (
    <div className="grid gap-4">
      <Form action={save} success="The mapping is saved">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="mapping.email" label="Claim with the email address" required maxLength={200} value={email} onChange={(event) => setEmail(event.target.value)} />
          <TextField name="mapping.name" label="Claim with the name" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </div>
        <TextField
          name="mapping.subject"
          label="Claim by which people are known again"
          maxLength={200}
          value={subject}
          onChange={(event) => setSubject(event.target.value)}
          placeholder={connection.kind === "oidc" ? "sub" : "NameID"}
          hint="Leave it empty unless the provider's own changes. It must stay when an address changes. A change here makes everybody be tied anew by their address."
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="mapping.slackId" label="Claim with the Slack user id" maxLength={200} value={slackId} onChange={(event) => setSlackId(event.target.value)} placeholder="slack_user_id" hint="Empty: nobody decides in Slack by this provider's word." />
          <TextField name="mapping.chatId" label="Claim with the id in another chat" maxLength={200} value={chatId} onChange={(event) => setChatId(event.target.value)} hint="For channels that are webhooks. Name only claims that people cannot change themselves." />
        </div>
        <RuleFields rules={rules} roles={roles} onChange={setRules} />
        <SelectField
          name="mapping.defaultRole"
          label="If no rule applies"
          value={defaultRole}
          onChange={(event) => setDefaultRole(event.target.value)}
          options={[{ value: "", label: "No role: they are not let in" }, ...everywhere.map((role) => ({ value: role.role, label: role.label }))]}
        />
        <Checkbox name="jit" value="true" defaultChecked={connection.jit} label="Make who is unknown at their first sign-in" hint="With the roles above. Who was removed is not made again." />
        <SelectField
          name="trustFactor"
          label="This provider asks for a second factor"
          value={trustFactor}
          onChange={(event) => setTrustFactor(trustChoices.find(({ value }) => value === event.target.value)?.value ?? "never")}
          options={trustChoices}
          hint="Unless it counts, roles that must have a second factor are asked for one of this portal too."
        />
        {connection.kind === "saml" ? (
          <Checkbox name="idpInitiated" value="true" defaultChecked={connection.idpInitiated} label="Allow sign-in that begins at the identity provider" hint="Such an answer is to no request of this portal, so somebody else's can be slipped in. Off unless you need its tiles." />
        ) : null}
        <FormActions>
          <Preview id={connection.id} mapping={JSON.stringify(wanted)} />
          <SubmitButton>Save mapping</SubmitButton>
        </FormActions>
      </Form>
    </div>
  );
}

function Preview({ id, mapping }: { id: string; mapping: string }) {
  return (
    <Dialog trigger={<Button icon="eye">Preview</Button>} title="Preview the mapping" description="With what is typed now, saved or not. Nothing pasted is kept or believed." size="lg">
      <Form action={preview} hidden={{ id, mapping }} result={(found) => <TestResult test={found} />}>
        <TextAreaField name="pasted" label="SAML response, ID token or claims" rows={8} mono required maxLength={300000} />
        <FormActions>
          <SubmitButton>Preview</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
