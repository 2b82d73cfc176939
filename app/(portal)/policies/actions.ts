"use server";
import { action } from "@/lib/action";
import { publishDocument, PublishDocumentInput } from "@/lib/governance/publish";

export const publish = action(PublishDocumentInput, publishDocument);
