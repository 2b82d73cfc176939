import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Journal } from "./journal";
import { resultWithoutRun } from "./results";
import { jobOf } from "./testing/job";

describe("the journal", () => {
  const job = jobOf();
  const outcome = resultWithoutRun(job, "lost", "Lost.");
  let folder: string;
  let journal: Journal;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "countersign-journal-"));
    journal = new Journal(folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const afterRestart = () => new Journal(folder).recover();

  it("knows after every step, from the disk alone, how far a job came", async () => {
    await journal.accept(job);
    expect(await afterRestart()).toEqual([{ runId: job.runId, state: "queued" }]);
    expect(await new Journal(folder).dispatchOf(job.runId)).toEqual(job);
    await journal.start(job.runId);
    expect(await afterRestart()).toEqual([{ runId: job.runId, state: "running" }]);
    await journal.finish(job.runId, outcome);
    expect(await afterRestart()).toEqual([{ runId: job.runId, state: "finished" }]);
    expect(await new Journal(folder).outcomeOf(job.runId)).toEqual(outcome);
    await journal.close(job.runId, "acknowledged");
    expect(await afterRestart()).toEqual([{ runId: job.runId, state: "acknowledged" }]);
  });

  it("keeps code and input no longer than they are needed", async () => {
    await journal.accept(job);
    await journal.start(job.runId);
    await journal.finish(job.runId, outcome);
    expect(readdirSync(path.join(folder, job.runId))).not.toContain("job.json");
    await journal.close(job.runId, "acknowledged");
    expect(readdirSync(path.join(folder, job.runId))).toEqual(["closed.json"]);
  });

  it("drops what was never answered for: a first record that is not whole", async () => {
    mkdirSync(path.join(folder, job.runId));
    writeFileSync(path.join(folder, job.runId, "job.json.part"), '{"runId":');
    expect(await afterRestart()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("never takes a damaged record for a job that may run", async () => {
    await journal.accept(job);
    await journal.close(job.runId, "acknowledged");
    writeFileSync(path.join(folder, job.runId, "closed.json"), "{");
    expect(await afterRestart()).toEqual([{ runId: job.runId, state: "rejected" }]);
    expect(readdirSync(path.join(folder, job.runId))).toEqual(["closed.json"]);
  });

  it("forgets a closed job after a week", async () => {
    await journal.accept(job);
    await journal.close(job.runId, "rejected");
    const weekAgo = Date.now() / 1000 - 8 * 24 * 3600;
    utimesSync(path.join(folder, job.runId, "closed.json"), weekAgo, weekAgo);
    expect(await afterRestart()).toEqual([]);
  });
});
