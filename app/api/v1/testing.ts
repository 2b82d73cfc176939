import { api } from "./app";
import { requireDescribed } from "./as-described";
import { agentScopes, type AgentScope } from "@/lib/ability/permissions";
import { createKey } from "@/lib/keys/create";
import type { tenant } from "@/lib/testing/tenant";

type Tenant = Pick<Awaited<ReturnType<typeof tenant>>, "as" | "agentId" | "workspaceId">;
type Call = { body?: unknown; raw?: BodyInit; headers?: Record<string, string> };

/** A caller of the public API with a key of its own: `const agent = await caller(t); await agent.post("/actions", { body })`. */
export async function caller(made: Tenant, scopes: readonly AgentScope[] = agentScopes) {
  const manager = await made.as("agent_manager", made.workspaceId);
  const { id, key } = await createKey(manager, { agentId: made.agentId, name: "API test", scopes: [...scopes] });
  const send = async (method: string, path: string, { body, raw, headers }: Call = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await api.request(`/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(payload === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(payload === undefined ? {} : { body: payload }),
    });
    await requireDescribed(method, path, response.clone());
    return { status: response.status, headers: response.headers, text: await response.clone().text(), json: await jsonOf(response) };
  };
  return {
    keyId: id,
    key,
    manager,
    get: (path: string, call?: Call) => send("GET", path, call),
    post: (path: string, call?: Call) => send("POST", path, call),
    send,
  };
}

async function jsonOf(response: Response): Promise<Record<string, unknown>> {
  return response.headers.get("content-type")?.includes("json") ? ((await response.json()) as Record<string, unknown>) : {};
}
