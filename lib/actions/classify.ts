import { globs } from "./globs";
import { riskClasses, type RiskClass, type SubmitActionInput } from "./schemas";

export type Classification = { risk: RiskClass; reasons: string[] };

type KindRule = { tools: string[]; risk: RiskClass; because: string };

/**
 * The kinds of tools, most dangerous first; the first that matches is the kind. Communications, payments and changes of
 * central data are never below HIGH.
 */
const kinds: readonly KindRule[] = [
  { tools: ["iam.*", "admin.*", "deploy.*", "infrastructure.*"], risk: "CRITICAL", because: "changes access or production systems" },
  { tools: ["payment.*", "payments.*", "pay.*", "bank.*", "transfer.*", "refund.*", "payout.*"], risk: "HIGH", because: "moves money" },
  { tools: ["mail.*", "email.*", "message.*", "sms.*", "slack.*", "teams.*", "social.*", "communication.*"], risk: "HIGH", because: "communicates with people outside" },
  { tools: ["database.*", "db.*", "sql.*", "ledger.*"], risk: "HIGH", because: "may change central data" },
  { tools: ["*.delete", "delete:*", "*.purge", "*.drop"], risk: "HIGH", because: "deletes data" },
  { tools: ["sandbox.*"], risk: "LOW", because: "runs in a gVisor sandbox without network" },
  { tools: ["read:*", "*.read", "*.get", "*.list", "*.search"], risk: "LOW", because: "only reads" },
  { tools: ["write:*", "*.write", "*.update", "*.create", "execute:*"], risk: "MEDIUM", because: "changes data of its own area" },
];
const readOnly = ["read", "get", "list", "search", "query", "select"];

// payment:send, payment/send and payment alone are of one kind with payment.send: the agent chooses the sign.
const matchers = kinds.map((kind) => ({ ...kind, matches: globs(kind.tools.map((glob) => glob.replaceAll(":", "."))) }));

export function riskRank(risk: RiskClass): number {
  return riskClasses.indexOf(risk);
}

/** Risk class of an action with the reasons for it, from the kind of tool, the operation and the arguments. */
export function classify(input: Pick<SubmitActionInput, "tool" | "operation" | "arguments" | "declaredRisk" | "resource">): Classification {
  const tool = input.tool.toLowerCase();
  const operation = input.operation.toLowerCase();
  const dotted = tool.replaceAll(":", ".");
  const kind = matchers.find((candidate) => candidate.matches(dotted) || candidate.matches(`${dotted}.`));
  const found: Classification = kind
    ? { risk: kind.risk, reasons: [`${input.tool} ${kind.because}`] }
    : { risk: "MEDIUM", reasons: [`${input.tool} is not a known kind of tool`] };
  const raise = (risk: RiskClass, reason: string): void => {
    if (riskRank(risk) > riskRank(found.risk)) found.risk = risk;
    found.reasons.push(reason);
  };
  // The operation is the agent's own word, so the tool's name must say the same.
  const onlyReads = readOnly.includes(operation) && readOnly.includes(dotted.split(/[./]/).at(-1) ?? "");
  if (kind && ["database.*", "db.*"].some((pattern) => kind.tools.includes(pattern)) && onlyReads) {
    found.risk = "MEDIUM";
    found.reasons = [`${input.tool} only reads central data`];
  }
  if (["delete", "drop", "purge", "destroy"].includes(operation)) raise("HIGH", `the operation is ${input.operation}`);
  if (/\bprod(uction)?\b/i.test(input.resource)) raise("HIGH", "the resource is named production");
  if (!tool.startsWith("sandbox.") && holdsCredential(input.arguments)) raise("HIGH", "the arguments hold what looks like a credential");
  if (input.declaredRisk && riskRank(input.declaredRisk) > riskRank(found.risk)) raise(input.declaredRisk, `the agent declared ${input.declaredRisk}`);
  return found;
}

const credentialKey = /(?:^|_|-)(?:password|passwd|secret|token|api_?key|authorization|private_?key)(?:$|_|-)/i;

function holdsCredential(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsCredential);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([key, inner]) => credentialKey.test(key) || holdsCredential(inner));
}
