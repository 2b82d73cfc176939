import type { OpenAPIV3_1 as Open } from "openapi-types";
import { api } from "../../api/v1/app";
import { openApiDocument } from "../../api/v1/openapi";

export type Field = { name: string; type: string; schema: string | null; required: boolean; description: string; notes: string };
export type Endpoint = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: (Field & { place: string })[];
  body: { schema: string | null; fields: Field[]; example: string | null } | null;
  answers: { status: string; description: string; type: string; schema: string | null }[];
  curl: string;
};
export type Schema = { name: string; description: string; fields: Field[]; example: string | null };
export type Reference = { title: string; description: string; tags: { name: string; description: string; endpoints: Endpoint[] }[]; schemas: Schema[] };

const prefix = "#/components/schemas/";
type Part = Open.SchemaObject | Open.ReferenceObject;

/** The API's own description, in the order and form in which the page shows it. */
export function apiReference(appUrl: string): Reference {
  const document = openApiDocument(api) as unknown as Open.Document;
  const schemas = (document.components?.schemas ?? {}) as Record<string, Open.SchemaObject>;
  const endpoints = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["post", "get"] as const).flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ tag: operation.tags?.[0] ?? "", endpoint: endpointOf(method, path, operation, schemas, appUrl) }] : [];
    }),
  );
  return {
    title: document.info.title,
    description: document.info.description ?? "",
    tags: (document.tags ?? []).map(({ name, description = "" }) => ({
      name,
      description,
      endpoints: endpoints.filter((entry) => entry.tag === name).map((entry) => entry.endpoint),
    })),
    schemas: Object.entries(schemas).map(([name, schema]) => ({ name, description: schema.description ?? "", fields: fieldsOf(schema), example: exampleOf(schema) })),
  };
}

function endpointOf(method: "get" | "post", path: string, operation: Open.OperationObject, schemas: Record<string, Open.SchemaObject>, appUrl: string): Endpoint {
  const parameters = (operation.parameters ?? []).filter((parameter): parameter is Open.ParameterObject => "name" in parameter);
  const body = operation.requestBody && "content" in operation.requestBody ? operation.requestBody.content["application/json"]?.schema : undefined;
  const resolved = body && isReference(body) ? schemas[nameOf(body)] : (body as Open.SchemaObject | undefined);
  const example = resolved ? exampleOf(resolved) : null;
  return {
    id: `${method}-${path.replaceAll(/[^a-z]+/gi, "-").replace(/^-|-$/g, "")}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? "",
    description: operation.description ?? "",
    parameters: parameters.map((parameter) => ({
      ...fieldOf(parameter.name, (parameter.schema ?? {}) as Part, parameter.required ?? false),
      place: parameter.in,
    })),
    body: body ? { schema: isReference(body) ? nameOf(body) : null, fields: resolved ? fieldsOf(resolved) : [], example } : null,
    answers: Object.entries(operation.responses ?? {}).map(([status, answer]) => answerOf(status, answer as Open.ResponseObject)),
    curl: curlOf(method, `${appUrl}${path}`, parameters, example),
  };
}

function answerOf(status: string, answer: Open.ResponseObject): Endpoint["answers"][number] {
  const [type = "", media] = Object.entries(answer.content ?? {})[0] ?? [];
  const schema = media?.schema as Part | undefined;
  return { status, description: answer.description, type, schema: schema && isReference(schema) ? nameOf(schema) : null };
}

function fieldsOf(schema: Open.SchemaObject): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, part]) => fieldOf(name, part as Part, schema.required?.includes(name) ?? false));
}

function fieldOf(name: string, part: Part, required: boolean): Field {
  const schema = isReference(part) ? {} : part;
  return { name, required, type: typeOf(part), schema: linkOf(part), description: schema.description ?? "", notes: notesOf(schema) };
}

function typeOf(part: Part): string {
  if (isReference(part)) return nameOf(part);
  if ("items" in part && part.items) return `list of ${typeOf(part.items as Part)}`;
  const types = [part.type ?? "any"].flat();
  const format = part.format ? ` (${part.format})` : "";
  return types.join(" or ") + format;
}

function linkOf(part: Part): string | null {
  if (isReference(part)) return nameOf(part);
  return "items" in part && part.items ? linkOf(part.items as Part) : null;
}

function notesOf(schema: Open.SchemaObject): string {
  const notes = [
    schema.enum ? `one of ${schema.enum.map(String).join(", ")}` : null,
    schema.default === undefined || schema.default === "" ? null : `default ${JSON.stringify(schema.default)}`,
    schema.minimum === undefined ? null : `at least ${schema.minimum}`,
    schema.maximum === undefined ? null : `at most ${schema.maximum.toLocaleString("en-US")}`,
    schema.maxLength === undefined ? null : `up to ${schema.maxLength} characters`,
  ];
  return notes.filter(Boolean).join(" · ");
}

function exampleOf(schema: Open.SchemaObject): string | null {
  const example: unknown = schema.examples?.[0];
  return example === undefined ? null : JSON.stringify(example, null, 2);
}

/** A call that works as it is copied; the key comes from the environment, so that it lands in no history. */
function curlOf(method: string, url: string, parameters: readonly Open.ParameterObject[], example: string | null): string {
  const query = parameters.filter((parameter) => parameter.in === "query" && parameter.required).map((parameter) => `${parameter.name}=${sampleOf(parameter)}`);
  const address = url.replaceAll(/{(\w+)}/g, (_all, name: string) => `$${name.toUpperCase()}`) + (query.length > 0 ? `?${query.join("&")}` : "");
  const lines = [
    `curl${method === "post" ? " -X POST" : ""} "${address}"`,
    `-H "Authorization: Bearer $COUNTERSIGN_KEY"`,
    ...parameters.filter((parameter) => parameter.in === "header" && parameter.required).map((parameter) => `-H "${parameter.name}: $(date +%s)-$RANDOM"`),
    ...(example ? [`-H "Content-Type: application/json"`, `--data-binary @- <<'JSON'\n${example}\nJSON`] : []),
  ];
  return lines.join(" \\\n  ");
}

function sampleOf(parameter: Open.ParameterObject): string {
  const values = (parameter.schema as Open.SchemaObject | undefined)?.enum;
  return values?.length ? String(values[0]) : "";
}

function isReference(part: Part): part is Open.ReferenceObject {
  return "$ref" in part;
}

function nameOf(reference: Open.ReferenceObject): string {
  return reference.$ref.slice(prefix.length);
}
