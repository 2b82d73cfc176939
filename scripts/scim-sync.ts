import process from "node:process";
import { parseArgs } from "node:util";

/**
 * Sends a first sync as a directory would, and says how long it took and how long a deactivation takes:
 * `npx tsx scripts/scim-sync.ts --url http://localhost:3000 --token csd_… [--users 10000] [--groups 500] [--at-once 8]`
 */
const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://localhost:3000" },
    token: { type: "string" },
    users: { type: "string", default: "10000" },
    groups: { type: "string", default: "500" },
    "at-once": { type: "string", default: "8" },
  },
});
const { url, token } = values;
if (!token) throw new Error("--token is missing: the page Settings, Directory shows one when a directory is connected");
const [users, groups, atOnce] = [Number(values.users), Number(values.groups), Number(values["at-once"])];
const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const run = Date.now().toString(36);

async function send(method: string, path: string, body: unknown): Promise<{ id: string }> {
  const response = await fetch(new URL(`/api/scim/v2${path}`, url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? (JSON.parse(text) as { id: string }) : { id: "" };
}

/** Runs `count` pieces, so many at once, and shows how far it is. */
async function all<T>(what: string, count: number, piece: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  const startedAt = performance.now();
  let next = 0;
  let finished = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      done[index] = await piece(index);
      finished += 1;
      if (process.stderr.isTTY && finished % 50 === 0) process.stderr.write(`\r${what} ${"█".repeat(Math.round((finished / count) * 30)).padEnd(30, "░")} ${finished} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write("\r");
  process.stdout.write(`${what}: ${count} in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} a second\n`);
  return done;
}

const made = await all("users", users, (index) => {
  const userName = `sync-${run}-${index}@example.test`;
  return send("POST", "/Users", { userName, externalId: `${run}-${index}`, displayName: `Person ${index}`, active: true, emails: [{ value: userName, type: "work", primary: true }] });
});
const team = Math.max(1, Math.floor(users / groups));
await all("groups with their members", groups, async (index) => {
  const { id } = await send("POST", "/Groups", { displayName: `Group ${run} ${index}`, members: [] });
  const members = made.slice(index * team, (index + 1) * team).map((user) => ({ value: user.id }));
  if (members.length > 0) await send("PATCH", `/Groups/${id}`, { schemas: [patchOp], Operations: [{ op: "add", path: "members", value: members }] });
});
await all("deactivations", Math.min(100, users), (index) => send("PATCH", `/Users/${made[index]?.id ?? ""}`, { schemas: [patchOp], Operations: [{ op: "replace", value: { active: false } }] }));
