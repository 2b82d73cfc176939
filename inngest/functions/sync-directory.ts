import { askedDirectoryCtx } from "@/lib/ctx/directory";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { applyDirectory } from "@/lib/directory/pull/apply";
import { compareDirectory } from "@/lib/directory/pull/compare";
import { failDirectorySync } from "@/lib/directory/pull/fail";
import { finishDirectorySync } from "@/lib/directory/pull/finish";
import { readDirectory } from "@/lib/directory/pull/read";
import { log } from "@/lib/log";
import { inngest } from "../client";
import { dataOf } from "../events";

/** Steps of five seconds each: more than half a day of work. */
const mostTurns = 10_000;

type Job = { organizationId: string; directoryId: string; syncId: string };

/** Reads a directory, compares, and carries out what is different, as far as somebody let it. */
export const syncDirectoryFunction = inngest.createFunction(
  {
    id: "sync-directory",
    triggers: { event: "directory/sync-requested" },
    retries: 4,
    concurrency: { limit: 2 },
    onFailure: async ({ event, error }) => {
      const job = dataOf("directory/sync-requested", event.data.event);
      log.error({ directoryId: job.directoryId, syncId: job.syncId, name: error.name, message: error.message }, "a sync of a directory could not be carried out");
      await asDirectory(job, undefined, (ctx) => failDirectorySync(ctx, { syncId: job.syncId, problem: null, hint: null }));
    },
  },
  async ({ event, step }) => {
    const job = dataOf("directory/sync-requested", event);
    const { syncId } = job;
    const read = await step.run("read", () => asDirectory(job, "over" as const, (ctx) => readDirectory(ctx, { syncId })));
    if (read !== "read") return read;
    const compared = await step.run("compare", () => asDirectory(job, "over" as const, (ctx) => compareDirectory(ctx, { syncId })));
    if (compared !== "applying") return compared;
    for (let turn = 0; turn < mostTurns; turn++) {
      if (!(await step.run(`carry out ${turn}`, () => asDirectory(job, false, (ctx) => applyDirectory(ctx, { syncId }))))) break;
    }
    await step.run("finish", () => asDirectory(job, undefined, (ctx) => finishDirectorySync(ctx, { syncId })));
    return "done";
  },
);

/** As the directory, for as long as it is connected. */
async function asDirectory<T>({ organizationId, directoryId }: Job, otherwise: T, work: (ctx: DirectoryCtx) => Promise<T>): Promise<T> {
  const ctx = await askedDirectoryCtx(organizationId, directoryId);
  return ctx ? work(ctx) : otherwise;
}
