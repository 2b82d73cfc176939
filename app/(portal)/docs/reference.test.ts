import { describe, expect, it } from "vitest";
import { api } from "../../api/v1/app";
import { openApiDocument } from "../../api/v1/openapi";
import { useTestDatabase } from "@/lib/testing/database";
import { apiReference } from "./reference";

useTestDatabase();

describe("the API reference", () => {
  it("has every endpoint once, with a call that can be copied", () => {
    const { tags, schemas } = apiReference("https://portal.example");
    const endpoints = tags.flatMap((tag) => tag.endpoints);
    expect(new Set(endpoints.map((endpoint) => endpoint.id)).size).toBe(endpoints.length);
    const described = Object.entries(openApiDocument(api).paths ?? {}).flatMap(([path, methods]) => Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`));
    expect(endpoints.map(({ method, path }) => `${method} ${path}`).sort(), "every tag stands in openapi.ts").toEqual(described.sort());
    const submit = endpoints.find((endpoint) => endpoint.id === "post-api-v-actions");
    expect(submit?.curl).toMatch(/^curl -X POST "https:\/\/portal\.example\/api\/v1\/actions" \\\n {2}-H "Authorization: Bearer \$COUNTERSIGN_KEY"/);
    expect(submit?.curl).toContain("JSON");
    expect(submit?.body?.fields.find((field) => field.name === "estimatedCostMicros")).toMatchObject({ type: "integer", required: true });
    expect(schemas.map((schema) => schema.name)).toEqual(expect.arrayContaining(["Action", "Problem", "Run", "SubmitAction"]));
    expect(endpoints.every((endpoint) => endpoint.summary && endpoint.description && endpoint.answers.some((answer) => answer.schema === "Problem"))).toBe(true);
  });

  it("links only to schemas that it shows", () => {
    const { tags, schemas } = apiReference("https://portal.example");
    const shown = new Set(schemas.map((schema) => schema.name));
    const fields = [...schemas.flatMap((schema) => schema.fields), ...tags.flatMap((tag) => tag.endpoints.flatMap((endpoint) => endpoint.parameters))];
    const links = [...fields.map((field) => field.schema), ...tags.flatMap((tag) => tag.endpoints.flatMap((endpoint) => endpoint.answers.map((answer) => answer.schema)))];
    expect(links.filter((link) => link !== null && !shown.has(link))).toEqual([]);
  });
});
