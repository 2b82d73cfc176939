import { sql, type SQL } from "drizzle-orm";
import { person } from "@/db/schema/people";
import { ssoDomain } from "@/db/schema/sso";

/** As a condition on a person: no domain with single sign-on for everybody has their address, or they keep the way in. */
export function mayUsePassword(): SQL {
  return sql`not exists (
    select 1 from ${ssoDomain} where ${ssoDomain.domain} = substring(${person.email} from '[^@]+$') and ${ssoDomain.removedAt} is null
      and ${ssoDomain.enforcedAt} is not null and ${ssoDomain.breakGlassPersonId} <> ${person.id})`;
}
