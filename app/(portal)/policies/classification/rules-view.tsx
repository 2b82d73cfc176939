import { HostileText } from "@/components/ui/hostile-text";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { ClassificationContent, RaiseRule } from "@/lib/classification/content";

/** Rules to be read, in their order. */
export function RulesView({ content: { kinds, raises, tests } }: { content: ClassificationContent }) {
  return (
    <div className="grid gap-4">
      <Rules title="Kinds: the first that matches" rules={kinds.map((rule) => ({ ...rule, asks: asksOf({ ...rule, resource: null, argument: null }) }))} />
      <Rules title="What raises them: all that match" rules={raises.map((rule) => ({ ...rule, asks: asksOf(rule) }))} />
      <Rules title="Tests" rules={tests.map(({ name, tool, operation, expected }) => ({ risk: expected, because: name, asks: [`${tool} ${operation}`] }))} />
    </div>
  );
}

type Shown = { risk: RaiseRule["risk"] | "LOW"; because: string; asks: string[] };

function asksOf({ tools, operations, resource, argument }: Pick<RaiseRule, "tools" | "operations" | "resource" | "argument">): string[] {
  return [
    ...(tools ? [`tools ${tools.join(", ")}`] : []),
    ...(operations ? [`operations ${operations.join(", ")}`] : []),
    ...(resource === null ? [] : [`resource ${resource}`]),
    ...(argument ? [`argument ${argument.path}${argument.pattern === null ? "" : ` like ${argument.pattern}`}${argument.atLeast === null ? "" : ` at least ${argument.atLeast}`}`] : []),
  ];
}

function Rules({ title, rules }: { title: string; rules: readonly Shown[] }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-semibold">{title}</h3>
      {rules.length === 0 ? <p className="text-muted">None.</p> : null}
      <ol className="divide-y divide-line">
        {rules.map(({ risk, because, asks }, at) => (
          <li key={at} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-1.5">
            <span className="w-5 text-right text-subtle">{at + 1}</span>
            <RiskBadge risk={risk} />
            <HostileText inline text={because} />
            <span className="basis-full pl-8 font-mono text-sm text-muted wrap-anywhere">{asks.join(" · ")}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
