import { z } from "zod";
import { comparisons, type Equals, parseBounded, plainName } from "./filter";
import { known } from "./known";
import { scimRefusal } from "./refusal";

const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const mostOperations = 1_000;

/** Where an operation acts: an attribute, perhaps those of its values that a filter finds, perhaps a part of them. In lower case. */
export type PatchPath = { attribute: string; where: Equals[]; part: string | null };
export type PatchStep = { op: "add" | "replace" | "remove"; path: PatchPath; value: unknown };

const Operation = z.object({
  // Entra ID writes them with a capital.
  op: z.string().max(20).toLowerCase().pipe(z.enum(["add", "replace", "remove"])),
  path: z.string().max(512).nullish(),
  value: z.unknown().optional(),
});
const Body = z.object({ schemas: z.array(z.string()).max(10), operations: z.array(z.unknown()).min(1).max(mostOperations) });

/**
 * The steps of a PATCH (RFC 7644, section 3.5.2). Where an operation has no path, as Okta sends it, each attribute of its
 * value is a step; the names there may be paths themselves, as Entra ID sends them.
 */
export function patchSteps(body: unknown): PatchStep[] {
  const { schemas, operations } = Body.parse(known(body, ["schemas", "operations"]));
  if (!schemas.includes(patchSchema)) throw scimRefusal("invalidSyntax", `'schemas' must name ${patchSchema}.`);
  return operations.flatMap((each): PatchStep[] => {
    const { op, path, value } = Operation.parse(known(each, ["op", "path", "value"]));
    if (path) return [{ op, path: pathOf(path), value }];
    if (op === "remove") throw scimRefusal("noTarget", "'remove' needs a path.");
    if (value === null || typeof value !== "object" || Array.isArray(value)) throw scimRefusal("invalidValue", "Without a path, the value must be an object of attributes.");
    return Object.entries(value).map(([name, part]) => ({ op, path: pathOf(name), value: part }));
  });
}

/** `name.givenName`, `members[value eq "…"]`, `emails[type eq "work"].value`, each perhaps behind the URN of its schema. */
function pathOf(text: string): PatchPath {
  const filter = parseBounded(text.trim().endsWith("]") ? text : `${text} pr`);
  if (filter.op === "[]" && "valFilter" in filter) return { attribute: plainName(filter.attrPath), where: comparisons(filter.valFilter), part: null };
  if (filter.op === "pr" && "attrPath" in filter) return simple(filter.attrPath);
  if (filter.op === "and" && "filters" in filter) {
    const [values, part] = filter.filters;
    if (filter.filters.length === 2 && values?.op === "[]" && "valFilter" in values && part?.op === "pr" && "attrPath" in part) {
      const attribute = plainName(values.attrPath);
      return { attribute, where: comparisons(values.valFilter), part: plainName(part.attrPath).slice(attribute.length + 1) };
    }
  }
  throw scimRefusal("invalidPath", "The path is not one of RFC 7644, section 3.5.2.");
}

function simple(name: string): PatchPath {
  const plain = plainName(name);
  // The dots of an extension's URN part nothing; none of its attributes is kept here.
  if (plain.startsWith("urn:")) return { attribute: plain, where: [], part: null };
  const [attribute = "", ...rest] = plain.split(".");
  return { attribute, where: [], part: rest.length > 0 ? rest.join(".") : null };
}
