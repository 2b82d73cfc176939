import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { organization } from "@/db/schema/organization";
import { inTenant } from "@/db/tenant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { resetNetwork } from "@/lib/network/reset";
import { organizationIds } from "@/lib/organizations/ids";

const usage = `Lets an organization be used from everywhere again, when its network rules let nobody in who could change them.

  npm run network:open -- --organization <name or id> [--data <folder>]

On the machine of the portal: with its DATABASE_URL and AUTH_SECRET, or else with those of the installation in the data
folder (.data), which must be running. What was listed stays listed, and can be set again on the page. The audit says so.`;

const { values } = parseArgs({ options: { organization: { type: "string" }, data: { type: "string", default: ".data" } } });

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

/** What `npm start` gave its own portal. */
function useInstallation(folder: string): void {
  const [ready, secrets] = [path.join(folder, "ready.json"), path.join(folder, "secrets.json")];
  if (!existsSync(ready) || !existsSync(secrets)) fail(`There is no DATABASE_URL, and no installation runs in ${folder}.`);
  const { ports } = JSON.parse(readFileSync(ready, "utf8"));
  const { databaseAppPassword, authSecret } = JSON.parse(readFileSync(secrets, "utf8"));
  process.env.DATABASE_URL = `postgres://countersign_app:${encodeURIComponent(databaseAppPassword)}@127.0.0.1:${ports.database}/countersign`;
  process.env.AUTH_SECRET ??= authSecret;
}

if (!values.organization) fail("--organization is missing.");
if (!process.env.DATABASE_URL) useInstallation(values.data);

const named = await Promise.all(
  (await organizationIds()).map((id) => inTenant(database(), id, async (tx) => (await tx.select({ id: organization.id, name: organization.name, slug: organization.slug }).from(organization))[0])),
);
const found = named.find((one) => one && [one.id, one.name, one.slug].includes(values.organization ?? ""));
if (!found) fail(`There is no organization '${values.organization}' here. There are: ${named.map((one) => one?.name).join(", ")}.`);
const { rules } = await resetNetwork(systemCtx("bootstrap", found.id), { organizationId: found.id });
console.log(rules === 0 ? `${found.name} has no network rule in force.` : `${found.name} can be used from everywhere again: ${rules} ${rules === 1 ? "rule" : "rules"} taken out of force.`);
await database().sql.end({ timeout: 1 });
