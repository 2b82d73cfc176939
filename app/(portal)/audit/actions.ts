"use server";
import { deleteView as deleteViewVerb, DeleteViewInput } from "@/lib/audit/views/delete";
import { saveView as saveViewVerb, SaveViewInput } from "@/lib/audit/views/save";
import { action } from "@/lib/action";

export const saveView = action(SaveViewInput, saveViewVerb);
export const deleteView = action(DeleteViewInput, deleteViewVerb);
