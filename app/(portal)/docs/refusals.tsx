import { CodeBlock } from "@/components/ui/code-block";
import { ruleGuides, teams } from "@/lib/refusals/guide";
import { Prose } from "./prose";

const example = {
  type: "urn:countersign:problem:policy_denied",
  title: "Denied by policy",
  status: 403,
  detail: "The policy blocks shop.pay.",
  rule: "capability.blocked",
  owner: { kind: "person", name: "Olga Owner" },
  howToAsk: { text: "Ask for a change of the agent's policy; say which tool, for what, and how often.", page: "…/agents/0192f1c0-…/policy" },
  requestId: "0192f1c0-7c1f-7cc1-9a51-2f4f6d0c3d11",
};

/** Every rule that can refuse a call: what it means, who answers for it, and how to ask. */
export function Refusals() {
  return (
    <section aria-labelledby="refusals" className="grid min-w-0 gap-4">
      <div>
        <h2 id="refusals" className="scroll-mt-20 text-lg font-semibold">
          Refusals
        </h2>
        <Prose text="Each names its `rule`, the `owner` who answers for it, and `howToAsk`. Show them to your people as they are. A name with a star stands for all that begin so." />
      </div>
      <CodeBlock label="A refusal" language="json" code={JSON.stringify(example, null, 2)} />
      <dl className="divide-y divide-line rounded-md border border-line bg-surface">
        {ruleGuides.map((guide) => (
          <div key={guide.rule} className="grid gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[minmax(10rem,14rem)_1fr]">
            <dt className="min-w-0">
              <code className="font-mono text-sm font-semibold wrap-anywhere">{guide.rule}</code>
            </dt>
            <dd className="grid min-w-0 gap-1 text-sm">
              <p>{guide.means}</p>
              <p className="text-muted">
                {guide.owner === "agent_owner" ? "The agent’s owner" : teams[guide.owner]}: {guide.ask}
              </p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
