import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import { emailSchema } from "@/lib/people/email";
import { cleanText } from "@/lib/text";

/** Whom the service account acts as, and which users are taken. */
export const googleShape = {
  /** An administrator who may read users and groups; Google asks for one. */
  adminEmail: emailSchema,
  /** As of users.list: `orgUnitPath=/Staff`. */
  userQuery: z.preprocess((value) => (value === "" ? undefined : value), cleanText({ max: 500 }).optional()),
};

export const GoogleSettings = z.strictObject(googleShape);
export type GoogleSettings = z.infer<typeof GoogleSettings>;

const ServiceAccount = z.object({ type: z.literal("service_account"), client_email: z.string().min(3).max(300), client_id: z.string().max(100).optional(), private_key: z.string().max(10_000).refine(isKey) });
export type ServiceAccount = z.infer<typeof ServiceAccount>;

/** The file that Google gives for a service account. */
export const KeyFile = z.string().max(20_000).refine((text) => parseKeyFile(text) !== null, "is not the JSON file of a service account's key");

export function parseKeyFile(text: string): ServiceAccount | null {
  try {
    return ServiceAccount.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
