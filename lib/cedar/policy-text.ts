import type { PolicyJson } from "./policy-json";
import { withCedar } from "./wasm";

/** Policies as people read them, in Cedar's own layout: what grids, levels and roles are compiled to. Not for texts of others. */
export function policyText(policies: readonly PolicyJson[]): string {
  return withCedar((cedar) => {
    const text = policies.map((policy) => {
      const isTemplate = "slot" in policy.principal || "slot" in policy.resource;
      const written = isTemplate ? cedar.templateToText(policy) : cedar.policyToText(policy);
      if (written.type === "failure") throw new Error(written.errors[0]?.message ?? "cannot be written");
      return written.text;
    });
    const laidOut = cedar.formatPolicies({ policyText: text.join("\n\n"), lineWidth: 100, indentWidth: 2 });
    if (laidOut.type === "failure") throw new Error(laidOut.errors[0]?.message ?? "cannot be laid out");
    return laidOut.formatted_policy;
  });
}
