import { z } from "zod";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { getRun } from "@/lib/runs/get";
import { listFiles } from "@/lib/runs/list-files";
import { readFile } from "@/lib/runs/read-file";
import { readOutput } from "@/lib/runs/read-output";
import { answerJson } from "./answer";
import { IdParams } from "./action-schemas";
import { endpoint, type Api } from "./endpoint";
import { FileHeaders, FileParams, OutputHeaders, OutputQuery, Run, RunFiles } from "./run-schemas";

const tag = "Runs";
const maxAnswerBytes = 4 * 1024 * 1024;

/** Following a run and fetching what it gave. */
export function mountRuns(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/runs/{id}",
      tag,
      summary: "Get a run",
      description: "Where the run of a `sandbox.*` action stands; its id is the action's `runId`. To wait for its end, wait for the action with `for=end`. Needs the scope `runs.view`.",
      params: IdParams,
      answers: { 200: { description: "The run as it stands.", schema: Run } },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, await getRun(ctx, params)),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/runs/{id}/output",
      tag,
      summary: "Read a run's output",
      description: "What the program wrote so far, byte for byte, also while it runs. Needs the scope `runs.view`.",
      params: IdParams,
      query: OutputQuery,
      answers: { 200: { description: "The bytes from `from` on, at most 4 MiB.", type: "text/plain; charset=utf-8", schema: z.string(), headers: OutputHeaders } },
      refusals: ["not_found"],
    },
    async (ctx, { params, query }) => {
      const output = await collectOutput(ctx, { ...params, ...query });
      return new Response(output.data, {
        headers: { "content-type": "text/plain; charset=utf-8", "output-next": String(output.next), "output-complete": String(output.end) },
      });
    },
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/runs/{id}/files",
      tag,
      summary: "List a run's files",
      description: "The files that the program left in `out/`, with their hashes. Needs the scope `runs.view`.",
      params: IdParams,
      answers: { 200: { description: "By name.", schema: RunFiles } },
      refusals: ["not_found"],
    },
    async (ctx, { params, c }) => answerJson(c, { files: await listFiles(ctx, params) }),
  );

  endpoint(
    api,
    {
      method: "get",
      path: "/runs/{id}/files/{name}",
      tag,
      summary: "Fetch a file",
      description: "One file that the program left, as a download. Needs the scope `runs.view`.",
      params: FileParams,
      answers: { 200: { description: "The file's bytes.", type: "application/octet-stream", schema: z.string().meta({ format: "binary" }), headers: FileHeaders } },
      refusals: ["not_found"],
    },
    async (ctx, { params }) => {
      const file = await readFile(ctx, params);
      const digest = Buffer.from(file.sha256, "hex").toString("base64");
      return new Response(Uint8Array.from(file.content), {
        headers: {
          "content-type": "application/octet-stream",
          "content-length": String(file.size),
          "content-disposition": attachment(file.name),
          "repr-digest": `sha-256=:${digest}:`,
          digest: `sha-256=${digest}`,
        },
      });
    },
  );
}

/** The pieces from a byte on, together, as far as they are there. */
async function collectOutput(ctx: AgentCtx, input: { id: string; stream: "stdout" | "stderr"; from: number }) {
  const parts: Buffer[] = [];
  let next = input.from;
  let end = false;
  for (let size = 0; size < maxAnswerBytes && !end; ) {
    const piece = await readOutput(ctx, { ...input, from: next });
    ({ end } = piece);
    if (piece.data.byteLength === 0 && piece.next === next) break;
    parts.push(piece.data);
    size += piece.data.byteLength;
    ({ next } = piece);
  }
  return { data: Uint8Array.from(Buffer.concat(parts)), next, end };
}

/** RFC 6266: a plain name for old readers and the exact one in UTF-8. */
function attachment(path: string): string {
  const name = path.split("/").at(-1) ?? path;
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  const exact = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
