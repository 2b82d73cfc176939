"use server";
import { action } from "@/lib/action";
import { markRead, MarkReadInput } from "@/lib/notices/mark-read";

export const read = action(MarkReadInput, markRead);
