import { Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { directoryCtx } from "@/lib/ctx/directory";
import { clientIpHeader } from "@/lib/client-ip";
import { noteDirectorySuccess } from "@/lib/directory/note";
import { AppError, notFound } from "@/lib/errors";
import { requestIdHeader, requestIdOf } from "@/lib/requests/request-id";
import { noteCaller } from "@/lib/requests/request-log";
import { mountDiscovery } from "./discovery";
import { answerError } from "./errors";
import { mountGroups } from "./groups";
import type { Scim, ScimEnv } from "./request";
import { mountUsers } from "./users";

/** SCIM 2.0 (RFC 7643, RFC 7644): by this a company's directory says who works there. */
export const scim: Scim = new Hono<ScimEnv>({ strict: false }).basePath("/api/scim/v2");

scim.use(async (c, next) => {
  const requestId = requestIdOf(c.req.header(requestIdHeader));
  c.set("requestId", requestId);
  const info = { requestId, ip: c.req.header(clientIpHeader) || null, userAgent: c.req.header("user-agent")?.slice(0, 300) || null };
  const { ctx, successDue } = await directoryCtx(c.req.header("authorization") ?? null, info);
  c.set("ctx", ctx);
  noteCaller(ctx);
  await next();
  if (successDue && c.res.status < 400) await noteDirectorySuccess(ctx);
});
scim.use(
  methodNotAllowed({
    app: scim,
    onMethodNotAllowed: (_c, methods) => {
      throw new AppError("method_not_allowed", `Only ${methods.join(", ")} here.`);
    },
  }),
);
mountUsers(scim);
mountGroups(scim);
mountDiscovery(scim);
scim.onError(answerError);
scim.notFound((c) => answerError(notFound("endpoint"), c));
