import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { person } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import { hashPassword } from "@/lib/auth/password";
import { signIn } from "@/lib/auth/sign-in";
import { directoryCtx } from "@/lib/ctx/directory";
import { database } from "@/lib/database";
import { connectDirectory } from "@/lib/directory/connect";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { SetNetworkRuleInput, setNetworkRule } from "./set";

useTestDatabase();

const password = "quarter lantern orbit mosaic";
const home = "198.51.100.7";
const info = (ip: string | null) => ({ requestId: newId(), ip, userAgent: null });
const rule = { addresses: "listed", list: "192.0.2.0/24", egress: "", countries: "any", countryCodes: "", unknown: "refuse", version: "" };

it("a right password opens no session from outside, reads like a wrong one there, and the audit has the reason", async () => {
  const t = await tenant();
  const [admin, viewer] = [await t.as("organization_admin"), await t.as("viewer")];
  const passwordHash = await hashPassword(password);
  await inTenant(database(), t.organizationId, (tx) => tx.update(person).set({ passwordHash }).where(eq(person.id, viewer.actor.id)));
  await setNetworkRule(admin, SetNetworkRuleInput.parse(rule));
  const told = (ip: string | null, given: string) => signIn(info(ip), { email: viewer.actor.email, password: given }).then(() => "in", (error: Error) => error.message);
  const wrong = await told(home, "not this one at all");
  expect([await told(home, password), await told(null, password)]).toEqual([wrong, wrong]);
  expect((await eventBodies(t.organizationId, "sessions.sign_in_refused")).map(({ details }) => (details as { reason: string }).reason)).toEqual(["wrong password", "network", "network"]);
  expect(await told("192.0.2.55", password)).toBe("in");
});

it("a directory pushes from everywhere, unless the rule is said to be for it", async () => {
  const t = await tenant();
  const admin = await t.as("organization_admin");
  const { token } = await connectDirectory(admin, { kind: "okta", name: "Okta" });
  const push = (ip: string) => directoryCtx(`Bearer ${token}`, info(ip)).then(() => "in", (error: { code?: string }) => error.code);
  const { version } = await setNetworkRule(admin, SetNetworkRuleInput.parse(rule));
  expect(await push(home)).toBe("in");
  await setNetworkRule(admin, SetNetworkRuleInput.parse({ ...rule, version, appliesToDirectories: "true" }));
  expect([await push(home), await push("192.0.2.9")]).toEqual(["network_not_allowed", "in"]);
});
