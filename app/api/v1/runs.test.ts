import { describe, expect, it } from "vitest";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { finishRun } from "@/lib/testing/finish-run";
import { tenant } from "@/lib/testing/tenant";
import { caller } from "./testing";

useTestDatabase();

const content = Buffer.from("a,b\n1,<script>\n");

/** A run that has written two pieces of output and a file, and is over. */
async function finishedRun() {
  const made = await tenant();
  const agent = await caller(made);
  const submitted = await agent.post("/actions", {
    body: { tool: "sandbox.python", arguments: { code: "print(1)" }, estimatedCostMicros: 0 },
    headers: { "idempotency-key": newId() },
  });
  const runId = String(submitted.json.runId);
  const sha256 = await finishRun(made.organizationId, runId, { stdout: ["<b>hello ", "wörld\n"], file: { name: "sums/q 1é.csv", content } });
  return { ...made, agent, sha256, path: `/runs/${runId}` };
}

describe("a run", () => {
  it("is followed, and its output read from any byte as plain text", async () => {
    const { agent, path } = await finishedRun();
    expect((await agent.get(path)).json).toMatchObject({ status: "succeeded", exitCode: 0, language: "python", truncated: "none" });
    const whole = await agent.get(`${path}/output?stream=stdout`);
    expect(whole).toMatchObject({ status: 200, text: "<b>hello wörld\n" });
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", "output-next": "16", "output-complete": "true",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
    expect((await agent.get(`${path}/output?stream=stdout&from=9`)).text).toBe("wörld\n");
    expect((await agent.get(`${path}/output?stream=stderr`)).text).toBe("");
    expect(await agent.get(`${path}/output?stream=both`)).toMatchObject({ status: 400 });
    expect(await agent.get(`${path}/output?stream=stdout&from=-1`)).toMatchObject({ status: 400 });
  });

  it("hands out its files as downloads with their hash, and records it", async () => {
    const { agent, path, organizationId, sha256 } = await finishedRun();
    expect((await agent.get(`${path}/files`)).json).toEqual({ files: [{ name: "sums/q 1é.csv", size: content.byteLength, sha256 }] });
    const file = await agent.get(`${path}/files/${encodeURIComponent("sums/q 1é.csv")}`);
    expect(file).toMatchObject({ status: 200, text: content.toString() });
    const digest = Buffer.from(sha256, "hex").toString("base64");
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": "application/octet-stream", "repr-digest": `sha-256=:${digest}:`, digest: `sha-256=${digest}`,
      "content-disposition": `attachment; filename="q_1_.csv"; filename*=UTF-8''q%201%C3%A9.csv`,
    });
    expect(await eventsOf(organizationId)).toContain("runs.file_read:success");
    for (const name of ["missing.csv", "..%2f..%2fetc%2fpasswd", "%00"]) {
      expect((await agent.get(`${path}/files/${name}`)).status).toBe(name === "missing.csv" ? 404 : 400);
    }
  });

  it("of another agent is not there, and scopes count", async () => {
    const { path, ...made } = await finishedRun();
    const stranger = await caller(await tenant());
    for (const suffix of ["", "/output?stream=stdout", "/files", "/files/a.csv"]) expect(await stranger.get(path + suffix)).toMatchObject({ status: 404 });
    const submitter = await caller(made, ["actions.submit"]);
    expect(await submitter.get(path)).toMatchObject({ status: 403 });
  });
});
