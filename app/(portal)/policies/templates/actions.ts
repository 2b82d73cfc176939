"use server";
import { action } from "@/lib/action";
import { archiveTemplate, ArchiveTemplateInput } from "@/lib/templates/archive";
import { createTemplate, CreateTemplateInput } from "@/lib/templates/create";

export const create = action(CreateTemplateInput, createTemplate);
export const archive = action(ArchiveTemplateInput, archiveTemplate);
