import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { requireDescribed } from "./as-described";
import { api } from "./app";
import { openApiDocument } from "./openapi";

useTestDatabase();

it("is described by a document that is valid by the OpenAPI specification, as it is given out", async () => {
  const document = (await (await api.request("/api/v1/openapi.json")).json()) as Record<string, unknown>;
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(api))));
  const broken = await new Validator().validate({ ...structuredClone(document), paths: { "/x": { get: { responses: 7 } } } });
  expect(broken.valid).toBe(false);
});

it("gives every operation an id, and a description to each answer and parameter", () => {
  const { paths = {} } = openApiDocument(api) as { paths?: Record<string, Record<string, { operationId?: string; responses: Record<string, { description?: string }>; parameters?: { description?: string; schema?: { description?: string } }[] }>> };
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(operations.length);
  expect(ids.every((id) => id && /^[a-z][A-Za-z]+$/.test(id))).toBe(true);
  for (const { responses, parameters = [] } of operations) {
    expect(Object.values(responses).every(({ description }) => description)).toBe(true);
    expect(parameters.every(({ description, schema }) => description ?? schema?.description)).toBe(true);
  }
});

it("has every answer of the tests compared with it, which can fail", async () => {
  const answer = (body: object, status = 200, type = "application/json") => new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
  await requireDescribed("GET", "/unknown", answer({}));
  await expect(requireDescribed("GET", "/me", answer({ agent: {} }))).rejects.toThrow("GET /api/v1/me 200 is not as described");
  await expect(requireDescribed("GET", "/me", answer({}, 202))).rejects.toThrow("no such answer");
  await expect(requireDescribed("GET", "/me", answer({}, 200, "text/html"))).rejects.toThrow("described as application/json, not text/html");
});
