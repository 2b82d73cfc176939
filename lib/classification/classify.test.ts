import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { classify } from "./classify";
import { ClassificationContent } from "./content";
import { firstClassification } from "./first-content";
import { riskClasses, riskRank } from "./risk";

const asked = (input: Partial<SubmitActionInput>) => SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 0, ...input });
const rules = (content: Partial<Record<keyof ClassificationContent, unknown>>) => ClassificationContent.parse({ kinds: [], raises: [], tests: [], ...content });
const raise = (rule: object, because = "rule") => rules({ kinds: [{ tools: ["*"], operations: null, risk: "LOW", because: "is harmless" }], raises: [{ tools: null, operations: null, resource: null, argument: null, risk: "CRITICAL", because, ...rule }] });
const argument = (path: string, more: object) => raise({ argument: { path, pattern: null, atLeast: null, ...more } });
const outside = ["mail.send", "slack:post", "payments.refund", "payment", "bank/transfer", "database.update", "ledger.write", "db.query", "crm.email.send", "send_email", "stripe-refund", "crm.payments.create", "admin_sql.run"];

describe("what no rule can lower", () => {
  it("are communications, payments and central data, whatever the rules say and the agent declares", () => {
    const lowest = rules({ kinds: [{ tools: ["*"], operations: null, risk: "LOW", because: "is harmless" }] });
    fc.assert(
      fc.property(
        fc.constantFrom(...outside), fc.constantFrom("execute", "read", "select", "READ"), fc.option(fc.constantFrom(...riskClasses), { nil: undefined }), fc.constantFrom(firstClassification, lowest, rules({})),
        (tool, operation, declaredRisk, content) => {
          const input = asked({ tool, operation, ...(declaredRisk ? { declaredRisk } : {}) });
          expect(riskRank(classify(input, content).risk), tool).toBeGreaterThanOrEqual(riskRank("HIGH"));
        },
      ),
    );
  });

  it("leaves reading central data to the rules only when the tool and the operation both say so", () => {
    expect(classify(asked({ tool: "database.orders.read", operation: "read" }))).toEqual({ risk: "MEDIUM", reasons: ["database.orders.read only reads central data"] });
    for (const input of [{ tool: "database.orders.read" }, { tool: "database.orders", operation: "read" }, { tool: "db.query", operation: "select" }]) expect(classify(asked(input)).risk).toBe("HIGH");
  });

  it("knows a name in upper case for the same tool", () => {
    const shouted = { ...asked({}), tool: "PAYMENT.SEND" };
    expect(classify(shouted).risk).toBe("HIGH");
    expect(classify({ ...shouted, tool: "Crm.Email.Send" }, rules({})).risk).toBe("HIGH");
  });

  it("is a declared risk: it only raises", () => {
    fc.assert(
      fc.property(fc.constantFrom("crm.read", "sandbox.python", "mail.send", "iam.grant", "x.y"), fc.constantFrom(...riskClasses), (tool, declaredRisk) => {
        const plain = asked({ tool });
        expect(riskRank(classify({ ...plain, declaredRisk }).risk)).toBe(Math.max(riskRank(classify(plain).risk), riskRank(declaredRisk)));
      }),
    );
  });
});

describe("the order of rules", () => {
  const row = (tool: string, risk: string) => ({ tools: [tool], operations: null, risk, because: tool });

  it("takes the first kind that matches", () => {
    expect(classify(asked({}), rules({ kinds: [row("crm.read", "MEDIUM"), row("crm.*", "HIGH")] })).risk).toBe("MEDIUM");
    expect(classify(asked({}), rules({ kinds: [row("crm.*", "HIGH"), row("crm.read", "MEDIUM")] })).risk).toBe("HIGH");
  });

  it("takes an unknown tool for MEDIUM, also without any rule", () => {
    expect(classify(asked({ tool: "erp.book" }), rules({}))).toEqual({ risk: "MEDIUM", reasons: ["erp.book is not a known kind of tool"] });
  });

  it("does not matter for what raises: all that match count, and the highest holds", () => {
    const raises = [
      { tools: ["crm.*"], operations: null, resource: null, argument: null, risk: "CRITICAL", because: "crm" },
      { tools: null, operations: null, resource: "prod", argument: null, risk: "HIGH", because: "production" },
      { tools: null, operations: ["read*"], resource: null, argument: null, risk: "MEDIUM", because: "reads" },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(raises, { minLength: 3 }), (shuffled) => {
        const { risk, reasons } = classify(asked({ operation: "ReadAll", resource: "crm/PROD-1" }), rules({ raises: shuffled }));
        expect([risk, reasons.length]).toEqual(["CRITICAL", 4]);
      }),
    );
  });
});

describe("a rule about a resource", () => {
  it.each(["prod", "crm/prod_eu", "PROD", "db-prod-1", "pr\u200Bod", "ｐｒｏｄ/a"])("finds the word in %s", (resource) => {
    expect(classify({ ...asked({}), resource }, raise({ resource: "prod" })).risk).toBe("CRITICAL");
  });

  it.each(["product", "reprod", ""])("does not find it in %j", (resource) => {
    expect(classify({ ...asked({}), resource }, raise({ resource: "prod" })).risk).toBe("LOW");
  });

  it("takes a pattern of many stars in time that a person does not notice", () => {
    const content = raise({ resource: `${"*a".repeat(90)}*b` });
    // A pattern that goes back and forth would need longer than the age of the world.
    expect(classify({ ...asked({}), resource: "a".repeat(512) }, content).risk).toBe("LOW");
  });
});

describe("a rule about an argument", () => {
  const given = (value: object, content: ClassificationContent) => classify(asked({ arguments: value as SubmitActionInput["arguments"] }), content).risk;

  it.each<[object, string]>([
    [{ amount: 5000 }, "CRITICAL"], [{ amount: 4999.99 }, "LOW"], [{ amount: "5000" }, "CRITICAL"], [{ amount: "5000.000001" }, "CRITICAL"], [{ amount: -9000 }, "CRITICAL"],
    [{ Amount: 9000 }, "CRITICAL"], [{ "a_mount": 9000 }, "CRITICAL"], [{ "ａmount": 9000 }, "CRITICAL"], [{ amount: [9000] }, "CRITICAL"], [{ amount: [[{ value: 9000 }]] }, "CRITICAL"], [[{ amount: 9000 }], "CRITICAL"],
    [{ amount: "9,000" }, "CRITICAL"], [{ amount: "9e3" }, "CRITICAL"], [{ amount: "９０００" }, "CRITICAL"], [{ amount: null }, "CRITICAL"], [{ amount: "" }, "CRITICAL"], [{ amount: "0x2328" }, "CRITICAL"],
    [{ amount: 1e-9 }, "LOW"], [{ amount: "99999999999999999999" }, "CRITICAL"], [{ amount: [] }, "LOW"], [{ other: 9000 }, "LOW"], [{ data: { amount: 9000 } }, "LOW"],
  ])("of an amount of at least 5000 makes %j %s", (value, expected) => {
    const input = Array.isArray(value) ? { rows: value as unknown[] } : value;
    expect(given(input, argument(Array.isArray(value) ? "rows.amount" : "amount", { atLeast: "5000" }))).toBe(expected);
  });

  it("looks at any depth where the path says so, however deep it was put", () => {
    let bomb: object = { amount: 9000 };
    for (let depth = 0; depth < 60; depth++) bomb = depth % 2 ? { [`level${depth}`]: bomb } : { rows: [bomb] };
    expect(given(bomb, argument("**.amount", { atLeast: "5000" }))).toBe("CRITICAL");
    expect(given({ a: { transfer: { amount: 9000 } } }, argument("**.transfer.amount", { atLeast: "5000" }))).toBe("CRITICAL");
    expect(given({ a: { other: { amount: 9000 } } }, argument("**.transfer.amount", { atLeast: "5000" }))).toBe("LOW");
    expect(given({ items: { x: { price: 9000 } } }, argument("items.*.price", { atLeast: "5000" }))).toBe("CRITICAL");
  });

  it("finds a pattern in any spelling, and takes a text that is too long to look at for one that matches", () => {
    const content = argument("to", { pattern: "*@competitor.example" });
    expect(given({ to: "Ann@COMPETITOR.example" }, content)).toBe("CRITICAL");
    expect(given({ to: ["a@own.example", "b@competitor.example"] }, content)).toBe("CRITICAL");
    expect(given({ to: "a@own.example" }, content)).toBe("LOW");
    expect(given({ to: `${"x".repeat(70_000)}@own.example` }, content)).toBe("CRITICAL");
  });

  it("costs little with the most rules and the most values that a request may have", () => {
    const content = rules({ raises: Array.from({ length: 200 }, (_, at) => ({ tools: null, operations: null, resource: null, argument: { path: `**.a.*.name${at}`, pattern: null, atLeast: "5" }, risk: "HIGH", because: "x" })) });
    const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`k${at}`, { name1: 1, name2: "x" }]));
    expect(given({ a: wide }, content)).toBe("HIGH");
  });
});

describe("a credential in the arguments", () => {
  it.each<[object, string]>([
    [{ deep: [{ api_key: "x" }] }, "what looks like a credential"],
    [{ clientSecret: "x" }, "what looks like a credential"],
    [{ text: "-----BEGIN OPENSSH PRIVATE KEY-----\nabc" }, "a private key"],
    [{ note: `my key is AKIA${"A".repeat(16)}.` }, "an access key of AWS"],
    [{ rows: [["x", `ghp_${"a".repeat(36)}`]] }, "a token of GitHub"],
    [{ [`cs_${"a".repeat(49)}`]: 1 }, "an API key of an agent"],
    [{ text: "eyJ-".repeat(100_000) }, "a signed token (JWT)"],
  ])("is HIGH at least: %#", (value, what) => {
    expect(classify(asked({ arguments: value as SubmitActionInput["arguments"] }))).toEqual({ risk: "HIGH", reasons: ["crm.read only reads", `the arguments hold ${what}`] });
  });

  it("is not seen in words that only begin like one", () => {
    expect(classify(asked({ arguments: { tokens: 12, text: "task-force, xoxo, AKIA", author: "secretary" } })).risk).toBe("LOW");
  });
});
