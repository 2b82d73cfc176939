import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "./app";

export interface RunView {
  run_id: string;
  function_id: string;
  status: string;
  output: unknown;
}

/** Inngest's REST API as far as the suite needs it. */
export class Api {
  constructor(private readonly server: Server) {}

  /** Makes a signed request; the token is the signing key's prefix and the SHA-256 of its bytes. */
  request(path: string, init: RequestInit = {}): Promise<Response> {
    const [, prefix = "", hex = ""] = /^(signkey-\w+-)?(.*)$/.exec(this.server.signingKey ?? "") ?? [];
    const token = prefix + createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
    return fetch(`${this.server.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  }

  async runs(eventId: string): Promise<RunView[]> {
    const answer = await this.request(`/v1/events/${eventId}/runs`);
    const body = (await answer.json()) as { data?: RunView[] };
    return body.data ?? [];
  }

  /** The one run an event started, when it has come to its end. */
  async ended(eventId: string | undefined, timeoutMs = 60_000): Promise<RunView> {
    for (const start = Date.now(); Date.now() - start < timeoutMs; await sleep(25)) {
      const run = (await this.runs(eventId ?? "")).at(0);
      if (run && run.status !== "Running") return run;
    }
    throw new Error(`The run of event ${eventId} has not ended: ${JSON.stringify(await this.runs(eventId ?? ""))}`);
  }

  async cancel(runId: string): Promise<number> {
    return (await this.request(`/v1/runs/${runId}`, { method: "DELETE" })).status;
  }
}
