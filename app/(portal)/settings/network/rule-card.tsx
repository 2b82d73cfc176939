import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { RelativeTime } from "@/components/ui/relative-time";
import { countriesText } from "@/lib/network/countries";
import { entriesText } from "@/lib/network/entries";
import type { NetworkView } from "@/lib/network/read";
import { ruleWords } from "@/lib/network/words";
import { RuleEditor } from "./rule-editor";

/** One rule: to be changed, or for who may only look, to be read. `ip`: the reader's own address. */
export function RuleCard({ view: { place, rule, changedBy, mayChange }, title, description, ip }: { view: NetworkView; title: string; description: string; ip: string | null }) {
  const list = entriesText(rule?.entries.filter(({ vpn }) => !vpn) ?? []);
  const egress = entriesText(rule?.entries.filter(({ vpn }) => vpn) ?? []);
  const id: Record<string, string> = place.scope === "organization" ? {} : { [place.scope === "key" ? "keyId" : "workspaceId"]: place.scopeId };
  const footer = rule?.changedBy ? (
    <>
      Changed <RelativeTime at={rule.changedAt} />
      {changedBy ? ` by ${changedBy}` : null}
    </>
  ) : undefined;
  return (
    <Card title={title} description={description} footer={footer}>
      {mayChange ? (
        <RuleEditor
          key={rule?.version ?? "none"}
          scope={place.scope}
          hidden={{ version: rule?.version ?? "", ...id }}
          address={place.scope === "key" ? null : ip}
          draft={{
            addresses: rule?.addresses ?? "any",
            list,
            egress,
            countries: rule?.countries ?? "any",
            countryCodes: countriesText(rule?.countryCodes ?? []),
            unknown: rule?.admitsUnknown ? "admit" : "refuse",
            appliesTo: rule && !rule.appliesToKeys ? "people" : "people_and_keys",
            appliesToDirectories: String(rule?.appliesToDirectories ?? false),
          }}
        />
      ) : (
        <KeyValue
          items={[
            { term: "Lets in", detail: rule ? ruleWords(rule) : "From everywhere" },
            { term: "List", detail: <span className="font-mono text-sm whitespace-pre-line">{list || "–"}</span> },
            { term: "VPN's ways out", detail: <span className="font-mono text-sm whitespace-pre-line">{egress || "–"}</span> },
          ]}
        />
      )}
    </Card>
  );
}
