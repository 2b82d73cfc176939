import { openSync } from "node:fs";
import postgres from "postgres";
import { database } from "@/lib/database";
import { openCallers } from "./callers";
import { Client } from "./client";
import { readHistory } from "./history";
import { Lane } from "./lane";
import { seeded } from "./random";
import type { World } from "./world";

/** What the controller tells a worker. */
export type Task = {
  worlds: World[];
  adminUrl: string;
  historyFile: string;
  /** Histories of the workers that were killed before in this one's place. */
  before: string[];
  calls: number;
  lanes: number;
  seed: number;
};

/** A process full of clients: makes calls until it has made as many as it was told, or is killed. Tells its parent how many. */
async function work(task: Task): Promise<void> {
  const sql = postgres(task.adminUrl, { max: 4, onnotice: () => {} });
  const client = new Client(openSync(task.historyFile, "a"), () => process.send?.({ made: client.made }));
  const lanes: Lane[] = [];
  for (let at = 0; at < task.lanes; at++) {
    const world = task.worlds[at % task.worlds.length];
    if (world) lanes.push(new Lane(world, await openCallers(world), client, seeded(task.seed * 1_000 + at), sql));
  }
  const open = task.before.flatMap(readHistory).filter((operation) => operation.move === "submit" && operation.answer === null);
  await Promise.all(open.map((call) => lanes.find((lane) => lane.isIn(call.organizationId))?.resubmit(call)));
  await Promise.all(
    lanes.map(async (lane) => {
      while (client.made < task.calls) await lane.step();
    }),
  );
  await sql.end({ timeout: 5 });
  await database().sql.end({ timeout: 5 });
}

process.once("message", (task: Task) => {
  work(task).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit(1));
