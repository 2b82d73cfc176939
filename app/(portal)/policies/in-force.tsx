import Link from "next/link";
import { scopeAddress } from "@/components/governance/scope";
import { Card } from "@/components/ui/card";
import type { ScopeRow } from "@/lib/governance/list-scopes";
import { kinds } from "@/lib/governance/kinds";
import { sections } from "./sections";

/** Which version of what is in force at which level. */
export function InForce({ scopes }: { scopes: readonly ScopeRow[] }) {
  const columns = sections.flatMap(({ kind, href, label }) => (kind ? [{ kind, href, label }] : []));
  if (columns.length === 0) return null;
  return (
    <Card title="In force" description="Lower levels only narrow what higher ones let through. Where nothing was published, what a new installation begins with holds." flush>
      <div role="group" aria-label="Versions in force" tabIndex={0} className="relative overflow-x-auto focus-visible:-outline-offset-2">
        <table className="w-full text-left">
          <thead className="bg-sunken text-sm text-muted">
            <tr>
              <th className="px-4 py-2 font-medium">Level</th>
              {columns.map(({ kind, label }) => (
                <th key={kind} className="px-4 py-2 font-medium whitespace-nowrap">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {scopes.map((scope) => (
              <tr key={scope.scopeId}>
                <th scope="row" className="min-w-40 px-4 py-1.5 font-medium wrap-anywhere">
                  {scope.name}
                  {scope.scopeType === "workspace" ? null : <span className="font-normal text-muted"> · {scope.scopeType}</span>}
                </th>
                {columns.map(({ kind, href, label }) => {
                  const version = scope.heads[kind];
                  const here: readonly string[] = kinds[kind].scopes;
                  return (
                    <td key={kind} className="px-4 py-1.5 whitespace-nowrap">
                      {here.includes(scope.scopeType) ? (
                        <Link href={scopeAddress(href, scope)} className="inline-flex min-h-6 items-center text-accent hover:underline">
                          <span className="sr-only">
                            {label} of {scope.name}:{" "}
                          </span>
                          {version ? `version ${version}` : <span className="text-muted">nothing published</span>}
                        </Link>
                      ) : (
                        <span className="text-subtle">—</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
