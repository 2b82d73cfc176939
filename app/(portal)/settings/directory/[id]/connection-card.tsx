import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { scimAddress } from "@/lib/directory/address";
import type { DirectoryDetails } from "@/lib/directory/load";
import { updateGoogleAction, updateLdapAction } from "../actions";
import { GoogleFields } from "../google-fields";
import { LdapFields } from "../ldap-fields";
import { kindSteps } from "../words";
import { RotateDialog } from "./rotate-dialog";

/** By what a directory reaches us, or we reach it. */
export function ConnectionCard({ directory, mayChange }: { directory: DirectoryDetails; mayChange: boolean }) {
  const { id, kind, source } = directory;
  if (source) {
    return (
      <Card title="Connection" description={kindSteps[kind]}>
        {mayChange ? (
          <details>
            <summary className="cursor-pointer font-medium">Change how it is asked</summary>
            {kind === "google" ? (
              <Form action={updateGoogleAction} hidden={{ id }} success="Saved. Test it again." className="mt-4 max-w-3xl">
                <GoogleFields settings={source.settings} kept />
                <FormActions>
                  <SubmitButton>Save</SubmitButton>
                </FormActions>
              </Form>
            ) : (
              <Form action={updateLdapAction} hidden={{ id }} success="Saved. Test it again." className="mt-4 max-w-3xl">
                <LdapFields settings={source.settings} kept />
                <FormActions>
                  <SubmitButton>Save</SubmitButton>
                </FormActions>
              </Form>
            )}
          </details>
        ) : null}
      </Card>
    );
  }
  return (
    <Card title="Connection" description={kindSteps[kind]} actions={mayChange ? <RotateDialog id={id} baseUrl={scimAddress()} /> : null}>
      <KeyValue
        items={[
          { term: "Base URL", detail: <BaseUrl /> },
          { term: "Token", detail: <code className="font-mono text-sm">{directory.tokenPrefix}…</code> },
          { term: "Made", detail: directory.tokenMadeAt ? <ExactTime at={directory.tokenMadeAt} /> : "" },
        ]}
      />
    </Card>
  );
}

function BaseUrl() {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <code className="font-mono text-sm break-all">{scimAddress()}</code>
      <CopyButton text={scimAddress()} label="Copy the base URL" />
    </span>
  );
}
