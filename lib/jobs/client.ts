import { Inngest } from "inngest";
import { env } from "@/lib/env";

/**
 * The job engine's client. Which engine answers (the embedded one, Inngest self-hosted or cloud) is said by the SDK's own
 * variables. Checkpointing is off: every step's result is remembered by the engine before the next begins.
 */
export const inngest = new Inngest({
  id: "countersign",
  checkpointing: false,
  eventKey: env().INNGEST_EVENT_KEY,
  signingKey: env().INNGEST_SIGNING_KEY,
  baseUrl: env().INNGEST_BASE_URL,
});
