import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { database } from "@/lib/database";
import { seedActivity } from "./demo/activity";
import { seedAgents } from "./demo/agents";
import { seedGovernance } from "./demo/governance";
import { closeSession, seedOrganization } from "./demo/organization";
import { writePrivate } from "./start/secrets";

/**
 * Makes the demo organization once: people, agents with keys, budgets, policies, and a morning's work through the same verbs that
 * people and agents use. What is needed to sign in or call the API stands in `demo.json` of the data folder (0600) and
 * nowhere else. Prints `{"file": "…"}` as the last line.
 */
const file = path.join(process.env.COUNTERSIGN_DATA_DIR ?? ".data", "demo.json");

if (!existsSync(file)) {
  const { admin, organization, people, places } = await seedOrganization();
  const agents = await seedAgents(admin, places, people);
  await seedGovernance(admin, people, places);
  await seedActivity(agents);
  await closeSession(admin);
  const demo = {
    url: process.env.APP_URL,
    organization,
    people: people.map(({ email, password, role, name }) => ({ email, password, role, name })),
    agents: agents.map(({ id, name, apiKey }) => ({ id, name, apiKey })),
  };
  writePrivate(file, `${JSON.stringify(demo, null, 2)}\n`);
} else {
  const { url: _earlier, ...rest } = JSON.parse(readFileSync(file, "utf8"));
  writePrivate(file, `${JSON.stringify({ url: process.env.APP_URL, ...rest }, null, 2)}\n`);
}
await database().sql.end({ timeout: 5 });
// Last, and then out: the job engine is not up yet, and what is said about that must not come after this line.
console.log(JSON.stringify({ file }));
process.exit(0);
