import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { standIns } from "./start/build";
import { checkout } from "./start/checkout";

type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  description?: string;
  default?: unknown;
};

/** Where the generated types are kept. */
export const typesFile = path.join(checkout, "clients/typescript/types.ts");

/** The schemas of an OpenAPI 3.1 document as TypeScript types. What has a default is optional where it is sent, so fields with one are optional. */
export function typesOf(document: { components?: { schemas?: Record<string, unknown> } }): string {
  const schemas = Object.entries(document.components?.schemas ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  const types = schemas.map(([name, schema]) => `${comment(schema as Schema, "")}export type ${name} = ${typeOf(schema as Schema, "")};\n`);
  return `// Made from the OpenAPI document by scripts/client-types.ts. Not to be edited.\n\n${types.join("\n")}`;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.allOf) return schema.allOf.map((each) => typeOf(each, indent)).join(" & ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map((each) => typeOf(each, indent)))].join(" | ");
  const types = [schema.type ?? "unknown"].flat();
  return types.map((type) => plainType(type, schema, indent)).join(" | ");
}

function plainType(type: string, schema: Schema, indent: string): string {
  if (type === "integer" || type === "number") return "number";
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "array") return listOf(typeOf(schema.items ?? {}, indent));
  if (type === "object" || schema.properties) return objectOf(schema, indent);
  return "unknown";
}

function listOf(item: string): string {
  return /[|&]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema: Schema, indent: string): string {
  const inner = `${indent}  `;
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const isSure = schema.required?.includes(name) && field.default === undefined;
    return `${comment(field, inner)}${inner}${/^\w+$/.test(name) ? name : JSON.stringify(name)}${isSure ? "" : "?"}: ${typeOf(field, inner)};\n`;
  });
  const more = schema.additionalProperties;
  const rest = more && (more === true || Object.keys(more).length === 0 ? "unknown" : typeOf(more, inner));
  if (fields.length === 0) return `Record<string, ${rest || "unknown"}>`;
  if (rest) fields.push(`${inner}[more: string]: unknown;\n`);
  return `{\n${fields.join("")}${indent}}`;
}

function comment({ description }: Schema, indent: string): string {
  return description ? `${indent}/** ${description.replaceAll("*/", "* /").replaceAll(/\s*\n\s*/g, " ")} */\n` : "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // The description needs no database, and its address stands in no type.
  for (const [name, value] of Object.entries(standIns)) process.env[name] ??= value;
  const [{ api }, { openApiDocument }] = await Promise.all([import("../app/api/v1/app"), import("../app/api/v1/openapi")]);
  writeFileSync(typesFile, typesOf(openApiDocument(api) as never));
  process.exit();
}
