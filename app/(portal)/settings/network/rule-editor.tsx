"use client";
import { useRef } from "react";
import { ChoiceField } from "@/components/form/choice-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { Button } from "@/components/ui/button";
import { saveKeyRule, saveRule } from "./actions";
import { Preview } from "./preview";

export type Draft = { addresses: string; list: string; egress: string; countries: string; countryCodes: string; unknown: string; appliesTo: string; appliesToDirectories: string };

type Props = {
  scope: "organization" | "workspace" | "key";
  /** Names the workspace or the key, and the version of the rule that is shown. */
  hidden: Record<string, string>;
  draft: Draft;
  /** The author's address; null: it cannot be told, or does not matter here. */
  address: string | null;
};

/** A rule of addresses and countries: written, tried, and saved. */
export function RuleEditor({ scope, hidden, draft, address }: Props) {
  const box = useRef<HTMLDivElement>(null);

  function addMine() {
    const vpn = box.current?.querySelector<HTMLInputElement>("input[name=addresses]:checked")?.value === "vpn";
    const area = box.current?.querySelector<HTMLTextAreaElement>(`textarea[name=${vpn ? "egress" : "list"}]`);
    if (!area || address === null || area.value.includes(address)) return;
    area.value = `${area.value.trimEnd()}${area.value.trim() ? "\n" : ""}${address} # my address`;
    area.focus();
  }

  return (
    <div ref={box}>
      <Form action={scope === "key" ? saveKeyRule : saveRule} hidden={hidden} success="The rule holds from the next request on.">
        <ChoiceField
          name="addresses"
          label="Addresses"
          defaultValue={draft.addresses}
          options={[
            { value: "any", label: "Any address" },
            { value: "listed", label: "Only addresses of the list", hint: "Those of the VPN are part of it." },
            { value: "vpn", label: "Only by VPN", hint: "Only the VPN's ways out, whatever the list and the countries say." },
          ]}
        />
        <div className="grid gap-4 lg:grid-cols-2">
          <TextAreaField name="list" label="List" mono rows={6} defaultValue={draft.list} placeholder={"203.0.113.0/24 # Office Vienna\n2001:db8:40::/48"} hint="One address or range a line, IPv4 or IPv6, with a name after #. Host bits are cleared: 203.0.113.7/24 becomes 203.0.113.0/24." />
          <TextAreaField name="egress" label="VPN's ways out" mono rows={6} defaultValue={draft.egress} placeholder="198.51.100.10 # VPN Frankfurt" hint="The addresses from which traffic of your VPN reaches the internet. 500 lines at the most, with the list's." />
        </div>
        {address === null ? null : (
          <p>
            <Button type="button" size="sm" icon="plus" onClick={addMine}>
              Add my address
            </Button>{" "}
            <span className="text-sm text-muted">{address}</span>
          </p>
        )}
        <ChoiceField
          name="countries"
          label="Countries"
          defaultValue={draft.countries}
          layout="row"
          options={[
            { value: "any", label: "Any country" },
            { value: "only", label: "Only these" },
            { value: "except", label: "All but these" },
          ]}
        />
        <div className="grid gap-4 lg:grid-cols-2">
          <TextAreaField name="countryCodes" label="These countries" rows={3} defaultValue={draft.countryCodes} placeholder="Austria, Germany, CH" hint="English names or codes of two letters, with commas. With a list, an address must be on it and of such a country." />
          <ChoiceField
            name="unknown"
            label="Addresses of no known country"
            defaultValue={draft.unknown}
            options={[
              { value: "refuse", label: "Refuse them", hint: "Private networks are among them." },
              { value: "admit", label: "Let them in" },
            ]}
          />
        </div>
        {scope === "organization" ? <Reach draft={draft} /> : null}
        <Preview isForKey={scope === "key"} />
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </div>
  );
}

function Reach({ draft }: { draft: Draft }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <ChoiceField
        name="appliesTo"
        label="For whom"
        defaultValue={draft.appliesTo}
        options={[
          { value: "people_and_keys", label: "People and API keys" },
          { value: "people", label: "People only", hint: "Keys come in from everywhere, but for rules of their workspace and their own." },
        ]}
      />
      <ChoiceField
        name="appliesToDirectories"
        label="Directories"
        defaultValue={draft.appliesToDirectories}
        options={[
          { value: "false", label: "From everywhere", hint: "Okta, Entra ID and the like call from their own clouds." },
          { value: "true", label: "By this rule too", hint: "For a directory in your own network." },
        ]}
      />
    </div>
  );
}
