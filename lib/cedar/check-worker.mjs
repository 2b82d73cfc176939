// Reads a text of policies with Cedar, away from everything else: what fails here, or does not end, takes this thread with it.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const cedar = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs");
const { text, schema, calls } = workerData;

function read() {
  if (schema === null) {
    const { policies: parts } = cedar.policySetTextToParts(text);
    return { errors: [], warnings: [], policies: parts.map((policy) => cedar.policyToJson(policy).json) };
  }
  const validated = cedar.validate({ schema, policies: { staticPolicies: text }, validationSettings: { mode: "strict" } });
  if (validated.type === "failure") return { errors: validated.errors.map((error) => ({ policyId: null, error })), warnings: [] };
  const { validationErrors: errors, validationWarnings: warnings } = validated;
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === "failure") return { errors: parts.errors.map((error) => ({ policyId: null, error })), warnings };
  if (parts.policy_templates.length > 0) return { errors: [{ policyId: null, error: { message: "templates (?principal, ?resource) are not used here: name whom it is about" } }], warnings };
  const policies = parts.policies.map((policy) => cedar.policyToJson(policy).json);
  const formatted = cedar.formatPolicies({ policyText: text, lineWidth: 100, indentWidth: 2 });
  const answers = errors.length > 0 ? [] : answered();
  return { errors, warnings, policies, texts: parts.policies, formatted: formatted.type === "success" ? formatted.formatted_policy : null, answers };
}

function answered() {
  const parsed = cedar.preparsePolicySet("text", { staticPolicies: text });
  if (parsed.type === "failure") throw new Error("the policies cannot be read twice");
  return calls.map((call) => cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId: "text" }));
}

parentPort.postMessage(read());
