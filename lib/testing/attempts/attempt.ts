import type { Permission, Role } from "@/lib/ability/permissions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { Place, World } from "../world";

/**
 * One verb as the access matrix tries it. `needs`: any of these permissions lets a caller through; `own`: what is the
 * caller's own, whoever they are; `portal`: no person and no key, only the portal's own parts.
 */
export type Attempt = {
  run: (ctx: Ctx, place: Place, world: World) => Promise<unknown>;
  /** What the verb is given, for doors that parse it first. */
  input: (place: Place, world: World) => unknown;
  needs: readonly Permission[] | "own" | "portal";
  /** Where the permission must be held: on the thing's workspace, on the whole organization, or anywhere at all. */
  on: "workspace" | "organization" | "anywhere";
  /** `names`: it names a thing of the place. `lists`: it answers with what the caller may see. `plain`: neither. */
  kind: "names" | "lists" | "plain";
  caller: "person" | "agent" | "any";
  /** A role that may not although it holds the permission. */
  except?: Role;
  /** What a caller must hold as well. */
  besides?: Permission;
  /** What a caller must hold besides to be told that there is no such thing; nothing more unless it is said. */
  toAsk?: Permission;
};

type Verb = (ctx: never, input: never, ...rest: never[]) => unknown;
type Options = Partial<Pick<Attempt, "on" | "caller" | "except" | "besides" | "toAsk">> & { rest?: (place: Place) => unknown[]; read?: (answer: never) => Promise<unknown> };
type Input = (place: Place, world: World) => unknown;

function attempt(kind: Attempt["kind"], verb: Verb, needs: Attempt["needs"], input: Input, options: Options = {}): Attempt {
  const { rest = () => [], read = async (answer: unknown) => answer } = options;
  return {
    input,
    needs,
    kind,
    on: options.on ?? (kind === "names" ? "workspace" : kind === "lists" ? "anywhere" : "organization"),
    caller: options.caller ?? "any",
    ...(options.except ? { except: options.except } : {}),
    ...(options.besides ? { besides: options.besides } : {}),
    ...(options.toAsk ? { toAsk: options.toAsk } : {}),
    run: async (ctx, place, world) => (read as (answer: unknown) => Promise<unknown>)(await verb(ctx as never, input(place, world) as never, ...(rest(place) as never[]))),
  };
}

/** A verb that names something of the place by its id. */
export const names = (verb: Verb, needs: Attempt["needs"], input: Input, options?: Options): Attempt => attempt("names", verb, needs, input, options);
/** A verb that gives what the caller may see. */
export const lists = (verb: Verb, needs: Attempt["needs"], input: Input = () => ({}), options?: Options): Attempt => attempt("lists", verb, needs, input, options);
/** A verb about the organization as a whole, or about the caller. */
export const plain = (verb: Verb, needs: Attempt["needs"], input: Input = () => ({}), options?: Options): Attempt => attempt("plain", verb, needs, input, options);

/** All that a stream of pieces gives. */
export async function whole(pieces: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const piece of pieces) found.push(piece instanceof Uint8Array ? Buffer.from(piece).toString("utf8") : piece);
  return found;
}
