import { z } from "zod";
import { auditStanding } from "@/lib/audit/standing";
import { attachment } from "@/lib/download";
import { route } from "@/lib/route";

/** The public key as a file, in the form that the offline verifier takes. */
export const GET = route(z.object({}), async (ctx) => {
  const { key } = await auditStanding(ctx);
  return attachment(Buffer.from(`${key}\n`), { name: "audit-key.txt" });
});
