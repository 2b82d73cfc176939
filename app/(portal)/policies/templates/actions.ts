"use server";
import { action } from "@/lib/action";
import { archiveTemplate, ArchiveTemplateInput } from "@/lib/templates/archive";
import { createTemplate, CreateTemplateInput } from "@/lib/templates/create";
import { renameTemplate, RenameTemplateInput } from "@/lib/templates/rename";

export const create = action(CreateTemplateInput, createTemplate);
export const rename = action(RenameTemplateInput, renameTemplate);
export const archive = action(ArchiveTemplateInput, archiveTemplate);
