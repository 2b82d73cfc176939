"use server";
import { action } from "@/lib/action";
import { createKey, CreateKeyInput } from "@/lib/keys/create";
import { revokeKey, RevokeKeyInput } from "@/lib/keys/revoke";

export const create = action(CreateKeyInput, createKey);
export const revoke = action(RevokeKeyInput, revokeKey);
