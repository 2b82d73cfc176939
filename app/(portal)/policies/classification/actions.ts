"use server";
import { action } from "@/lib/action";
import { tryClassification, TryClassificationInput } from "@/lib/classification/try";

export const tryRules = action(TryClassificationInput, tryClassification);
