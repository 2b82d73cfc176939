import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";

/** As whom Google Workspace is asked, and by which key. `kept`: there is a key already. */
export function GoogleFields({ settings = {}, kept }: { settings?: Partial<Record<string, unknown>>; kept?: boolean }) {
  const was = (name: string) => (settings[name] === undefined ? "" : String(settings[name]));
  return (
    <>
      <TextField name="adminEmail" label="Administrator" type="email" required maxLength={254} autoComplete="off" defaultValue={was("adminEmail")} hint="The service account reads as this person, who may read users and groups." />
      <TextAreaField name="key" label="Key of the service account" rows={6} mono required={!kept} maxLength={20_000} hint={kept ? "The JSON file. Empty: the one that is kept." : "The JSON file. Kept encrypted, and never shown again."} />
      <TextField name="userQuery" label="Only users that fit" maxLength={500} autoComplete="off" defaultValue={was("userQuery")} placeholder="orgUnitPath=/Staff" hint="Empty: everybody." />
    </>
  );
}
