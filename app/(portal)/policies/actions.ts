"use server";
import { action } from "@/lib/action";
import { publishDocument, PublishDocumentInput } from "@/lib/governance/publish";
import { checkCedar, CheckCedarInput } from "@/lib/policy-preview/check-cedar";
import { previewDocument, PreviewDocumentInput } from "@/lib/policy-preview/preview";
import { tryRequest, TryRequestInput } from "@/lib/policy-preview/try";

export const publish = action(PublishDocumentInput, publishDocument);
export const check = action(CheckCedarInput, checkCedar);
export const preview = action(PreviewDocumentInput, previewDocument);
export const tryOut = action(TryRequestInput, tryRequest);
