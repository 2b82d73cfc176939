import { serve } from "inngest/next";
import { env } from "@/lib/env";
import { inngest } from "./client";
import { functions } from "./functions/all";

/**
 * The handlers of `/api/inngest`: how the job engine learns of the functions and calls them. Where it calls is never
 * taken from a request: anybody may ask for a registration, and its Host header would send the jobs to them.
 */
export const handlers = serve({ client: inngest, functions, serveOrigin: env().INNGEST_SERVE_ORIGIN ?? env().APP_URL });
