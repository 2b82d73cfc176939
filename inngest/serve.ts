import { serve } from "inngest/next";
import { inngest } from "./client";
import { functions } from "./functions/all";

/** The handlers of `/api/inngest`: how the job engine learns of the functions and calls them. */
export const handlers = serve({ client: inngest, functions });
