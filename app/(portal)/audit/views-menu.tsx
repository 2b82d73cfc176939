"use client";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { ActionButton } from "@/components/form/action-button";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Popover } from "@/components/ui/popover";
import type { SavedView } from "@/lib/audit/views/list";
import { deleteView, saveView } from "./actions";

/** Searches that were kept under a name. Those who may change nothing keep the address instead. */
export function ViewsMenu({ views, maySave }: { views: readonly SavedView[]; maySave: boolean }) {
  const query = useSearchParams().toString();
  if (!maySave) return null;
  return (
    <>
      {views.length > 0 ? (
        <Popover label="Saved views" align="end" className="w-72 p-1" trigger={<Button icon="list">Views</Button>}>
          <ul className="max-h-80 overflow-y-auto">
            {views.map((view) => (
              <li key={view.id} className="flex items-center justify-between gap-2 rounded-md px-2 hover:bg-hover">
                <Link href={`/audit?${view.query}`} className="min-h-8 flex-1 py-1.5 wrap-anywhere">
                  {view.name}
                </Link>
                <ActionButton action={deleteView} input={{ id: view.id }} success="View deleted" variant="ghost" size="sm" icon="trash">
                  Delete <span className="sr-only">the view {view.name}</span>
                </ActionButton>
              </li>
            ))}
          </ul>
        </Popover>
      ) : null}
      <Dialog trigger={<Button icon="save">Save view</Button>} title="Save this view" description="The search and filters as they are now, for you alone." size="sm">
        <Form action={saveView} hidden={{ query }} success="View saved">
          <TextField name="name" label="Name" required maxLength={80} autoComplete="off" placeholder="Refused actions of this month" />
          <FormActions>
            <SubmitButton>Save</SubmitButton>
          </FormActions>
        </Form>
      </Dialog>
    </>
  );
}
