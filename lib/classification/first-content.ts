import type { ClassificationContent, ClassificationTest, KindRule, RaiseRule } from "./content";
import type { RiskClass } from "./risk";

const kind = (tools: string[], risk: RiskClass, because: string, operations: string[] | null = null): KindRule => ({ tools, operations, risk, because });
const raise = (rule: Partial<RaiseRule> & Pick<RaiseRule, "because">): RaiseRule => ({ tools: null, operations: null, resource: null, argument: null, risk: "HIGH", ...rule });
const test = (name: string, tool: string, expected: RiskClass, operation = "execute"): ClassificationTest => ({ name, tool, operation, resource: "", arguments: {}, declaredRisk: null, expected });

// The operation is the agent's own word, so the tool's name must say the same.
const reads = ["read", "get", "list", "search", "select"];
const readsOfTables = ["database", "db"].flatMap((area) => reads.flatMap((word) => [`${area}.${word}`, `${area}.*.${word}`]));

/** What holds until somebody publishes rules of the organization's own. The most dangerous kinds come first. */
export const firstClassification: ClassificationContent = {
  kinds: [
    kind(["iam.*", "admin.*", "deploy.*", "infrastructure.*"], "CRITICAL", "changes access or production systems"),
    kind(["payment.*", "payments.*", "pay.*", "bank.*", "transfer.*", "refund.*", "payout.*"], "HIGH", "moves money"),
    kind(["mail.*", "email.*", "message.*", "sms.*", "slack.*", "teams.*", "social.*", "communication.*"], "HIGH", "communicates with people outside"),
    kind(readsOfTables, "MEDIUM", "only reads central data", reads),
    kind(["database.*", "db.*", "sql.*", "ledger.*"], "HIGH", "may change central data"),
    kind(["*.delete", "delete:*", "*.purge", "*.drop"], "HIGH", "deletes data"),
    kind(["sandbox.*"], "LOW", "runs in a gVisor sandbox without network"),
    kind(["read:*", "*.read", "*.get", "*.list", "*.search"], "LOW", "only reads"),
    kind(["write:*", "*.write", "*.update", "*.create", "execute:*"], "MEDIUM", "changes data of its own area"),
  ],
  raises: [
    raise({ operations: ["delete", "drop", "purge", "destroy"], because: "the operation deletes" }),
    raise({ resource: "prod", because: "the resource is named production" }),
    raise({ resource: "production", because: "the resource is named production" }),
  ],
  tests: [
    test("Reading a customer is harmless", "crm.read", "LOW"),
    test("Deleting a customer needs a person", "crm.delete", "HIGH", "delete"),
    test("Giving access is critical", "iam.grant", "CRITICAL"),
    test("Code in the sandbox is harmless", "sandbox.python", "LOW"),
  ],
};
