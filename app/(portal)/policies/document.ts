import { notFound } from "next/navigation";
import { readScope, type Scope, type ScopeType } from "@/components/governance/scope";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { differences } from "@/lib/governance/difference";
import { type DocumentContent, type DocumentKind, kinds } from "@/lib/governance/kinds";
import { listScopes } from "@/lib/governance/list-scopes";
import { loadDocument } from "@/lib/governance/load";

export type PageQuery = Record<string, string | string[] | undefined>;

/**
 * What every page of a kind of documents reads: the level that its address names, what is in force there, the levels to choose
 * from, and the version that is opened. A level that one may not see is not there.
 */
export async function documentOfPage<K extends DocumentKind>(kind: K, query: PageQuery) {
  const ctx = await requireSession();
  const scope = readScope(query.scope, ctx.organizationId);
  const place = { kind, ...scope };
  const before = versionIn(query.before);
  const opened = versionIn(query.version);
  const load = (from: number | null) => loadDocument(ctx, { ...place, ...(from === null ? {} : { before: from }) }).catch(orNull("not_found", "forbidden", "invalid_input"));
  const [view, around, scopes] = await Promise.all([load(before), opened === null ? null : load(opened + 1), listScopes(ctx)]);
  if (!view) notFound();
  const [version, previous] = around?.history ?? [];
  const here: readonly ScopeType[] = kinds[kind].scopes;
  // The first one changed what a new installation begins with.
  const earlier = previous?.content ?? (kinds[kind].first as DocumentContent<K>);
  return {
    place: place satisfies Scope,
    view,
    choices: scopes.filter(({ scopeType }) => here.includes(scopeType)).map(({ scopeType, scopeId, name }) => ({ scopeType, scopeId, name })),
    opened:
      version && version.version === opened
        ? {
            version,
            before: earlier,
            changes: differences(earlier, version.content),
            back: differences(view.current.content, version.content),
          }
        : null,
  };
}

function versionIn(text: string | string[] | undefined): number | null {
  const version = Number(text);
  return Number.isSafeInteger(version) && version > 0 ? version : null;
}
