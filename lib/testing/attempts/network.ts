import { listNetworkRules } from "@/lib/network/list";
import { previewNetwork } from "@/lib/network/preview";
import { readNetwork } from "@/lib/network/read";
import { resetNetwork } from "@/lib/network/reset";
import { setNetworkRule } from "@/lib/network/set";
import { setKeyNetwork } from "@/lib/network/set-for-key";
import { type Attempt, lists, names, plain } from "./attempt";

const person = { caller: "person" } as const;

/** Lets the addresses of tests in. */
const draft = { addresses: "listed", list: "192.0.2.0/24 # tests", egress: "", countries: "any", countryCodes: "", unknown: "refuse", appliesTo: "people", appliesToDirectories: false };

/** From where people and keys may come. */
export const network: Record<string, Attempt> = {
  setNetworkRule: names(setNetworkRule, ["settings.update"], (p) => ({ ...draft, version: "", workspaceId: p.workspaceId }), { ...person, on: "organization" }),
  setKeyNetwork: names(setKeyNetwork, ["keys.create"], (p) => ({ ...draft, version: p.apiKeyId, keyId: p.apiKeyId }), person),
  previewNetwork: names(previewNetwork, ["settings.update"], (p) => ({ ...draft, workspaceId: p.workspaceId, address: "" }), { ...person, on: "organization" }),
  readNetwork: names(readNetwork, ["settings.read"], (p) => ({ workspaceId: p.workspaceId }), person),
  listNetworkRules: lists(listNetworkRules, ["settings.read"], undefined, person),
  resetNetwork: plain(resetNetwork, "portal", (_, w) => ({ organizationId: w.organizationId })),
};
