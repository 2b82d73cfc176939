import Link from "next/link";
import { scopeAddress } from "@/components/governance/scope";
import { Callout } from "@/components/ui/callout";
import type { NamedLayer } from "@/lib/policies/layers";
import { GridView } from "./grid-view";

/** What the levels above say, which holds here whatever this level says; it is changed there. */
export function Inherited({ above, currency }: { above: readonly NamedLayer[]; currency: string }) {
  if (above.length === 0) return null;
  return (
    <section aria-labelledby="inherited-title" className="grid min-w-0 gap-2">
      <h3 id="inherited-title" className="font-semibold">
        Inherited
      </h3>
      <p className="text-sm text-muted">All of it holds here too. Rows below can only narrow it.</p>
      {above.map((layer) => (
        <details key={layer.source.scopeId} className="min-w-0 rounded-md border border-line bg-sunken px-3 py-2" open={layer.tools.length <= 12}>
          <summary className="min-h-6 cursor-pointer">
            <span className="font-medium">
              {label[layer.source.scopeType]} {layer.name}
            </span>
            <span className="text-muted">
              , version {layer.source.version}, {layer.tools.length === 1 ? "1 row" : `${layer.tools.length} rows`}
            </span>
          </summary>
          <div className="mt-2 grid gap-2">
            {layer.unreadable ? <Callout tone="danger">This grid cannot be read. Until it is published anew, everything is denied here.</Callout> : <GridView grid={layer} currency={currency} />}
            <p>
              <Link href={addressOf(layer)} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
                Open where it is said
              </Link>
            </p>
          </div>
        </details>
      ))}
    </section>
  );
}

const label = { organization: "Organization", workspace: "Workspace", template: "Template", agent: "Agent" } as const;

function addressOf({ source: { scopeType, scopeId } }: NamedLayer): string {
  if (scopeType === "template") return `/policies/templates/${scopeId}`;
  return scopeType === "agent" ? `/agents/${scopeId}/policy` : scopeAddress("/policies/capabilities", { scopeType, scopeId });
}
