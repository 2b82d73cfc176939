import type { Tx } from "@/db/tenant";
import { loadSecuritySetting } from "@/lib/security/load";
import { smsProvider } from "@/lib/sms/provider";
import { AppError } from "@/lib/errors";
import { weakKinds, type WeakKind } from "./factors";

/** Which codes somebody may set up: what the organization allows and the installation can send. */
export async function offeredKinds(tx: Tx): Promise<WeakKind[]> {
  const { weakFactors } = await loadSecuritySetting(tx);
  return weakKinds.filter((kind) => weakFactors.includes(kind) && (kind === "email" || smsProvider() !== null));
}

/** @throws AppError `forbidden` for a kind that is not offered. */
export async function requireOffered(tx: Tx, kind: WeakKind): Promise<void> {
  if ((await offeredKinds(tx)).includes(kind)) return;
  throw new AppError("forbidden", kind === "email" ? "Your organization does not allow codes by mail." : "Text messages with codes are not offered here.", { hint: "Use an authenticator app, a passkey or a security key." });
}
