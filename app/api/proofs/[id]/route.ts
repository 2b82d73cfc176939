import { attachment } from "@/lib/download";
import { exportProof, ExportProofInput } from "@/lib/proof/export";
import { route } from "@/lib/route";

/** One request's proof as a file; the offline verifier checks it. */
export const GET = route(ExportProofInput, async (ctx, input) => {
  const { fileName, text, sha256 } = await exportProof(ctx, input);
  return attachment(Buffer.from(text), { name: fileName, sha256 });
});
