import { authorize, authorizeAnywhere, may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { DocumentKind, DocumentScope } from "./kinds";
import { type DocumentPlace, requirePlace } from "./place";
import { type DocumentVersion, headVersion, olderVersions, requireDocument } from "./stored";

export type DocumentView<K extends DocumentKind> = {
  place: DocumentPlace;
  current: DocumentVersion<K>;
  /** Newest first, the current one included. */
  history: DocumentVersion<K>[];
  /** Give this as `before` for older versions; null when there are none. */
  olderThan: number | null;
  mayUpdate: boolean;
};

/** `before`: history from before this version on. */
export type LoadDocumentInput<K extends DocumentKind> = { kind: K; scopeType: DocumentScope; scopeId: string; before?: number };

const historySize = 20;

/** A document in force with its history. The organization's holds for every workspace, so whoever sees policies anywhere sees it. */
export async function loadDocument<K extends DocumentKind>(ctx: PersonCtx, input: LoadDocumentInput<K>): Promise<DocumentView<K>> {
  return read(ctx, async (tx) => {
    const place = { ...(await requirePlace(tx, ctx.organizationId, input)), kind: input.kind };
    const target = { workspaceId: place.workspaceId };
    if (place.workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
    else authorize(tx, ctx, "policies", "view", target);
    const current = await requireDocument(tx, place, await headVersion(tx, place));
    const older = await olderVersions(tx, place, input.before, historySize + 1);
    return {
      place,
      current,
      history: older.slice(0, historySize),
      olderThan: older.length > historySize ? (older[historySize - 1]?.version ?? null) : null,
      mayUpdate: !place.closed && may(ctx, "policies", "update", target),
    };
  });
}
