import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { mountActions } from "./actions";
import { mountBatches } from "./batches";
import { mountBudgetRequests } from "./budget-requests";
import type { Api, ApiEnv } from "./endpoint";
import { envelope, onError, onUnknownPath, onWrongMethod } from "./errors";
import { mountLeases } from "./leases";
import { mountMe } from "./me";
import { mountNarrowings } from "./narrowed";
import { mountNetworkChecks } from "./network-checks";
import { mountOpenApi } from "./openapi";
import { mountRuns } from "./runs";
import { mountSpawnRequests } from "./spawn-requests";

/**
 * The public API for agents. Mounted twice: in `[[...path]]/route.ts`, wherever Next runs, and in `server.ts`, which
 * answers in front of Next.
 */
export const api: Api = new OpenAPIHono<ApiEnv>({ strict: false }).basePath("/api/v1");

api.use(envelope);
api.use(methodNotAllowed({ app: api, onMethodNotAllowed: onWrongMethod }));
mountMe(api);
mountActions(api);
mountBatches(api);
mountNarrowings(api);
mountRuns(api);
mountBudgetRequests(api);
mountSpawnRequests(api);
mountLeases(api);
mountNetworkChecks(api);
mountOpenApi(api);
api.onError(onError);
api.notFound(onUnknownPath);
