import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import type { PersonCtx } from "./ctx/ctx";
import type { RequestInfo } from "./ctx/person";
import { requestInfo, requireCaller } from "./ctx/session";
import { requireOwnPage } from "./own-page";
import { requestIdHeader, requestIdOf } from "./requests/request-id";
import { failed, type ActionResult } from "./result";

/** The server action made of one verb: works as `useActionState`'s action (state, FormData) and with a plain object. */
export type ServerAction<T> = (state: ActionResult<T> | null, input: FormData | Record<string, unknown>) => Promise<ActionResult<T>>;

/**
 * The browser's door: session → Ctx → parse → verb → result. Refusals come back as values, so that a form keeps what was
 * typed; redirects pass through.
 */
export function action<S extends z.ZodType, T>(schema: S, verb: (ctx: PersonCtx, input: z.output<S>) => Promise<T>): ServerAction<T> {
  return async (_state, input) => {
    const sent = await headers();
    let requestId = requestIdOf(sent.get(requestIdHeader));
    try {
      requireOwnPage(sent);
      const ctx = await requireCaller();
      requestId = ctx.requestId;
      const parsed = schema.parse(input instanceof FormData ? formObject(input) : input);
      return { ok: true, value: await verb(ctx, parsed) };
    } catch (error) {
      unstable_rethrow(error);
      return failed(error, requestId);
    }
  };
}

/**
 * The browser's door before there is a session (a first administrator, an invitation): the verb finds its right in what it
 * is given, a one-time token, and makes its own context.
 */
export function openAction<S extends z.ZodType, T>(schema: S, verb: (info: RequestInfo, input: z.output<S>) => Promise<T>): ServerAction<T> {
  return async (_state, input) => {
    const info = await requestInfo();
    try {
      requireOwnPage(await headers());
      return { ok: true, value: await verb(info, schema.parse(input instanceof FormData ? formObject(input) : input)) };
    } catch (error) {
      unstable_rethrow(error);
      return failed(error, info.requestId);
    }
  };
}

/** Form fields as an object: a name that ends in `[]` or comes several times is a list; Next's own fields are left out. */
export function formObject(form: FormData): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    if (name.startsWith("$ACTION")) continue;
    const values = form.getAll(name);
    if (name.endsWith("[]")) object[name.slice(0, -2)] = values;
    else object[name] = values.length > 1 ? values : values[0];
  }
  return object;
}
