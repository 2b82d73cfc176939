import { SelectField } from "@/components/form/select-field";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";

type Settings = Partial<Record<string, unknown>>;

/** How a server is reached by LDAP, and what of it is taken. `kept`: there is a password already. */
export function LdapFields({ settings = {}, kept }: { settings?: Settings; kept?: boolean }) {
  const was = (name: string) => (settings[name] === undefined ? "" : String(settings[name]));
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField name="flavour" label="Kind of server" required defaultValue={was("flavour") || "ad"} options={[{ value: "ad", label: "Active Directory" }, { value: "openldap", label: "OpenLDAP or similar" }]} hint="Chooses the filters and attributes of what you leave empty." />
        <SelectField name="security" label="Encryption" required defaultValue={was("security") || "ldaps"} options={[{ value: "ldaps", label: "LDAPS" }, { value: "starttls", label: "StartTLS" }]} hint="LDAPS has port 636, StartTLS 389." />
        <TextField name="host" label="Server" required maxLength={253} autoComplete="off" defaultValue={was("host")} hint="Its name, as it stands in its certificate." />
        <TextField name="port" label="Port" type="number" min={1} max={65_535} autoComplete="off" defaultValue={was("port")} hint="Empty: the usual one." />
        <TextField name="bindDn" label="Bind DN" required maxLength={1_000} autoComplete="off" defaultValue={was("bindDn")} hint="A user that may read users and groups, and nothing more." />
        <TextField name="password" label="Password" type="password" required={!kept} maxLength={1_000} autoComplete="new-password" hint={kept ? "Empty: the one that is kept. Needed again for another server or user." : "Kept encrypted, and never shown again."} />
        <TextField name="userBase" label="Base of users" required maxLength={1_000} autoComplete="off" defaultValue={was("userBase")} placeholder="ou=people,dc=example,dc=com" />
        <TextField name="groupBase" label="Base of groups" maxLength={1_000} autoComplete="off" defaultValue={was("groupBase")} hint="Empty: the base of users." />
      </div>
      <TextAreaField name="ca" label="Certificate authority" rows={3} mono maxLength={100_000} defaultValue={was("ca")} hint="PEM. Empty: the authorities that are publicly known." />
      <details className="rounded-md border border-line bg-sunken px-3 py-2">
        <summary className="cursor-pointer font-medium">Filters and attributes</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <TextField name="userFilter" label="Filter of users" maxLength={2_000} autoComplete="off" defaultValue={was("userFilter")} placeholder="(&(objectCategory=person)(objectClass=user))" />
          <TextField name="groupFilter" label="Filter of groups" maxLength={2_000} autoComplete="off" defaultValue={was("groupFilter")} placeholder="(objectClass=group)" />
          <TextField name="idAttribute" label="Attribute that never changes" maxLength={64} autoComplete="off" defaultValue={was("idAttribute")} placeholder="objectGUID" />
          <TextField name="userNameAttribute" label="Attribute of the user name" maxLength={64} autoComplete="off" defaultValue={was("userNameAttribute")} placeholder="userPrincipalName" />
          <TextField name="emailAttribute" label="Attribute of the address" maxLength={64} autoComplete="off" defaultValue={was("emailAttribute")} placeholder="mail" />
          <TextField name="nameAttribute" label="Attribute of the name" maxLength={64} autoComplete="off" defaultValue={was("nameAttribute")} placeholder="displayName" />
          <TextField name="memberAttribute" label="Attribute of members" maxLength={64} autoComplete="off" defaultValue={was("memberAttribute")} placeholder="member" />
        </div>
      </details>
    </>
  );
}
