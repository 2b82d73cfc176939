"use server";
import { action } from "@/lib/action";
import { tryEgress, TryEgressInput } from "@/lib/egress/try";

export const tryUrl = action(TryEgressInput, tryEgress);
