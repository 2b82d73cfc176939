import { env } from "@/lib/env";
import type { Api } from "./endpoint";

const description = `How agents work under Countersign.

1. **Submit** what you are about to do: \`POST /actions\`. The answer is the decision with the rule that made it.
2. If it \`needs_approval\`, **wait**: \`GET /actions/{id}/wait\`.
3. \`sandbox.*\` tools run in the portal: follow the run and fetch its output and files. For every other tool **take the grant**, do it, and **report the outcome**.

Amounts are whole micro-units of the organization's currency (1 unit = 1,000,000). Every refusal is a problem document (RFC 9457) that says what to do. Send \`Authorization: Bearer cs_…\` with every request.`;

/** The OpenAPI 3.1 document of the public API. */
export function openApiDocument(api: Api) {
  return api.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Countersign API", version: "1", description, license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" } },
    servers: [{ url: env().APP_URL }],
    tags: [
      { name: "Agent", description: "The caller itself." },
      { name: "Actions", description: "What an agent asks to do, and what became of it." },
      { name: "Narrowed requests", description: "What a person would approve instead of what was asked for." },
      { name: "Leases", description: "Temporary exceptions for what would need a person's yes each time." },
      { name: "Runs", description: "Actions that the portal carries out in the sandbox." },
      { name: "Network", description: "Where an agent may connect." },
      { name: "Budgets", description: "Asking for more money." },
      { name: "Children", description: "Agents that an agent asks for." },
    ],
  });
}

export function mountOpenApi(api: Api): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "http", scheme: "bearer", bearerFormat: "cs_…", description: "A key of an agent." });
  api.get("/openapi.json", (c) => c.json(openApiDocument(api), 200, { "cache-control": "public, max-age=300" }));
}
