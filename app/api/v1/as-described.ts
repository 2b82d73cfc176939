import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { api } from "./app";
import { openApiDocument } from "./openapi";

type Described = { paths?: Record<string, Record<string, { responses?: Record<string, { content?: Record<string, unknown> }> }>> };

const prefix = "/api/v1";
let made: { document: Described; ajv: Ajv2020 } | null = null;
const known = new Map<string, ValidateFunction>();

/** What the document says of an answer, as a check. Once for all tests of a process. */
function description(): { document: Described; ajv: Ajv2020 } {
  if (made) return made;
  const document = openApiDocument(api) as Described;
  // The document has more in it than schemas.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema(document, "api");
  made = { document, ajv };
  return made;
}

/**
 * Makes sure that an answer of the API is one that its OpenAPI document describes: the status, the media type, and every
 * field of the body. What no path describes is not looked at, nor what the framework answers to another method.
 * @throws Error that says what is not as described.
 */
export async function requireDescribed(method: string, path: string, response: Response): Promise<void> {
  const { document, ajv } = description();
  const asked = prefix + (path.split("?")[0] ?? "");
  const template = Object.keys(document.paths ?? {}).filter((each) => matches(each, asked)).sort((one, other) => weight(one) - weight(other))[0];
  const operation = template && document.paths?.[template]?.[method.toLowerCase()];
  if (!operation) return;
  const status = String(response.status);
  const what = `${method} ${template} ${status}`;
  const answer = operation.responses?.[status];
  if (!answer) throw new Error(`${what}: the API's description has no such answer`);
  const described = Object.keys(answer.content ?? {});
  if (described.length === 0) return;
  const type = described.find((each) => plain(each) === plain(response.headers.get("content-type") ?? ""));
  if (!type) throw new Error(`${what}: described as ${described.join(" or ")}, not ${response.headers.get("content-type") ?? "nothing"}`);
  if (!type.endsWith("json")) return;
  const at = ["paths", template, method.toLowerCase(), "responses", status, "content", type, "schema"].map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const check = known.get(at) ?? ajv.compile({ $ref: `api#/${at}` });
  known.set(at, check);
  if (!check(await response.json())) throw new Error(`${what} is not as described: ${ajv.errorsText(check.errors, { separator: "; " })}`);
}

function plain(type: string): string {
  return type.split(";")[0]?.trim() ?? "";
}

function matches(template: string, path: string): boolean {
  const [parts, given] = [template.split("/"), path.split("/")];
  return parts.length === given.length && parts.every((part, at) => part.startsWith("{") || part === given[at]);
}

/** A path that names its parts comes before one that takes any. */
function weight(template: string): number {
  return template.split("{").length;
}
