import { Badge, type Tone } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import type { IconName } from "@/components/ui/icon";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { Tried } from "@/lib/policy-preview/try";
import { outcomeWords } from "./outcome";

const looks: Record<keyof typeof outcomeWords, { tone: Tone; icon: IconName }> = {
  allow: { tone: "ok", icon: "check" },
  needs_approval: { tone: "warn", icon: "hourglass" },
  deny: { tone: "danger", icon: "ban" },
};

/** What a tried request is answered: by which rule of which policy, its risk, and everything that it touches. */
export function TriedResult({ tried: { verdict, asks, classification, boundaries }, withDraft }: { tried: Tried; withDraft: boolean }) {
  return (
    <div className="grid min-w-0 gap-4">
      <div>
        <p className="flex flex-wrap items-center gap-2">
          <Badge {...looks[verdict.outcome]}>{outcomeWords[verdict.outcome]}</Badge>
          <code className="font-mono text-sm wrap-anywhere">{verdict.rule}</code>
        </p>
        <HostileText text={verdict.message} className="mt-1" />
        <p className="text-sm text-muted">{sourceWords(verdict.detail?.source, withDraft)}</p>
        {asks ? (
          <p className="text-sm text-muted">
            It would ask <HostileText inline text={asks} />.
          </p>
        ) : null}
      </div>
      <div>
        <p className="mb-1 flex flex-wrap items-center gap-2 font-semibold">
          Risk <RiskBadge risk={classification.risk} />
        </p>
        <ul className="list-disc pl-5 text-muted">
          {classification.reasons.map((reason) => (
            <li key={reason}>
              <HostileText inline text={reason} />
            </li>
          ))}
        </ul>
      </div>
      <div className="min-w-0">
        <p className="mb-1 font-semibold">What it touches</p>
        {boundaries.length === 0 ? <p className="text-muted">That cannot be told for certain, so nothing of it is allowed.</p> : null}
        <ul className="divide-y divide-line rounded-md border border-line">
          {boundaries.map(({ action, type, id, answer }) => (
            <li key={`${action} ${type} ${id}`} className="px-3 py-2">
              <p className="flex flex-wrap items-center gap-2">
                <Badge {...looks[answer.outcome]}>{outcomeWords[answer.outcome]}</Badge>
                <span className="text-muted">{action.replaceAll("_", " ")}</span>
                <span className="min-w-0 font-mono text-sm">
                  {type} <HostileText inline text={id} />
                </span>
              </p>
              <p className="text-sm text-muted">
                <code className="font-mono wrap-anywhere">{answer.rule}</code>: <HostileText inline text={answer.message} /> {sourceWords(answer.source, withDraft)}
              </p>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const kinds: Record<string, string> = { capabilities: "capability grid", cedar: "Cedar policies", levels: "sandbox level", egress: "network list", classification: "classification" };

/** In which document it stands, if it stands in one. */
function sourceWords(source: unknown, withDraft: boolean): string {
  if (source === null || typeof source !== "object") return "";
  const { kind, scopeType, version, policyId } = source as Record<string, unknown>;
  const what = kinds[String(kind)] ?? String(kind);
  if (kind === "levels") return "It is what the agent's level says.";
  const which = withDraft && version === -1 ? "this draft" : `version ${String(version)}`;
  return `It stands in the ${what} of the ${String(scopeType)}, ${which}${policyId ? `, as ${String(policyId)}` : ""}.`;
}
