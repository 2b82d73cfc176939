import { clientIpHeader } from "@/lib/client-ip";
import { AppError } from "@/lib/errors";

const MiB = 1024 * 1024;
/** Of all bodies together that are being read from callers whose signature is not known yet. */
const mostHeldBytes = 256 * MiB;
/** Of one address together, so that who sends slowly and much does not keep out the job engine and the runner. */
const mostHeldOfOne = 128 * MiB;
let heldBytes = 0;
const heldOf = new Map<string, number>();

/**
 * Reads a body that proves where it comes from only once it is read whole: at most `maxBytes`, and no more of all such
 * bodies together than the process can hold.
 * @throws AppError `payload_too_large`, or `unavailable`, after which the sender tries again.
 */
export async function readBounded(request: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const caller = request.headers.get(clientIpHeader) ?? "";
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      hold(caller, chunk.byteLength);
      if (size > maxBytes) throw new AppError("payload_too_large", `The body is larger than ${Math.floor(maxBytes / MiB)} MiB.`, { extensions: { maxBytes } });
      if (heldBytes > mostHeldBytes || (heldOf.get(caller) ?? 0) > mostHeldOfOne) throw new AppError("unavailable", "Too much arrives at once.", { hint: "Send it again in a few seconds.", retryAfterSeconds: 5 });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  } finally {
    hold(caller, -size);
  }
}

function hold(caller: string, bytes: number): void {
  heldBytes += bytes;
  const held = (heldOf.get(caller) ?? 0) + bytes;
  if (held > 0) heldOf.set(caller, held);
  else heldOf.delete(caller);
}
