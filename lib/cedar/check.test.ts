import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPolicies } from "./check";
import { CedarContent } from "./content";
import { inThread } from "./in-thread";
import { cedarProblems } from "./publishable";
import { readAhead } from "./read-ahead";
import { isRemembered } from "./read-policies";
import { agentSchema } from "./schema";
import { ask, text as policies } from "./testing";

const place = { scopeType: "organization", scopeId: "o-1" } as const;
const content = (text: string, tests: unknown[] = []): CedarContent => CedarContent.parse({ text, tests });
const check = (text: string, tests?: unknown[]) => checkPolicies(content(text, tests), place);

const mail = `// Mail stays inside.
@id("mail") @message("Mail to {resource} leaves the company.")
forbid (principal, action == Countersign::Action::"communication", resource)
when { resource.domain != "ours.test" } unless { context.approved };
permit (principal in Countersign::Workspace::"w-1", action in Countersign::Action::"file", resource);`;

describe("a text of policies", () => {
  it("is laid out, and listed by name, effect and scope", async () => {
    const report = await check(mail.replaceAll("\n", " ").replace("inside. ", "inside.\n"));
    expect(report.problems).toEqual([]);
    expect(report.formatted).toContain(`when { resource.domain != "ours.test" }\nunless { context.approved };`);
    expect(report.policies.map(({ id, effect, principal, action, line }) => [id, effect, principal, action, line])).toEqual([
      ["mail", "forbid", "principal", `action == Countersign::Action::"communication"`, 2],
      ["2", "permit", `principal in Countersign::Workspace::"w-1"`, `action in Countersign::Action::"file"`, 2],
    ]);
  });

  it.each([
    ["what is no Cedar", "permit (principal, action,\n  resource) when { ( };", 2, 22],
    ["an attribute that does not exist", `// é é\nforbid (principal, action == Countersign::Action::"network", resource)\n  when { resource.hst == "é" };`, 3, 10],
    ["an action that does not exist", `forbid (principal,\naction == Countersign::Action::"netwrk", resource);`, 2, 11],
    ["a name that is there twice", `@id("a") forbid (principal, action, resource);\n\n @id("a") forbid (principal, action, resource);`, 3, 2],
    ["a name with other signs", `\n@id("a b") forbid (principal, action, resource);`, 2, 1],
    ["an extension", `\nforbid (principal, action, resource) when { ip("1.2.3.4").isLoopback() };`, 2, 1],
    ["a text without end", `forbid (principal, action, resource)\nwhen { context.tool == "x };`, 2, 24],
  ])("says where there is %s", async (_what, text, line, column) => {
    const [problem] = (await check(text)).problems;
    expect(problem).toMatchObject({ line, column });
  });

  it("names the same fault once, not once for each action", async () => {
    const { problems } = await check("forbid (principal, action, resource) when { context.nothing };");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ policyId: "1", line: 1, column: 45 });
  });

  it("is published only when its tests come out as they say", async () => {
    const tests = [
      { name: "mail outside waits", request: { action: "communication", tool: "mail.send", resource: "x@theirs.test" }, expect: "approval" },
      { name: "mail inside goes", request: { action: "communication", tool: "mail.send", resource: "x@ours.test" }, expect: "allow" },
      { name: "an isolated agent sends none", request: { action: "communication", tool: "mail.send", resource: "x@ours.test", level: "isolated" }, expect: "deny" },
    ];
    expect((await check(mail, tests)).tests.map(({ passed }) => passed)).toEqual([true, true, true]);
    const wrong = [...tests, { name: "mail is denied", request: { action: "communication", tool: "mail.send", resource: "x@theirs.test" }, expect: "deny" }];
    expect(await cedarProblems(content(mail, wrong), place)).toEqual([{ path: "tests.3", message: "The test 'mail is denied' expects deny and finds approval (policy:mail)." }]);
    expect(await cedarProblems(content(`${mail} permit (`, wrong), place)).toMatchObject([{ path: "text", line: 5 }]);
  });
});

describe("a long text", () => {
  it("is read in a thread before it is decided by, in the same order", async () => {
    const text = Array.from({ length: 120 }, (_, at) => `forbid (principal, action, resource) when { context.tool == "ahead${at + 1}" };`).join("\n");
    await readAhead(text);
    expect(isRemembered(text)).toBe(true);
    expect(ask([policies(text)], { level: "trusted", tool: "ahead11" }).rule).toBe("policy:11");
  });

  it("that cannot be read is left to who decides by it", async () => {
    const text = `permit (${" ".repeat(5_000)}`;
    await readAhead(text);
    expect(isRemembered(text)).toBe(false);
  });
});

describe("a hostile text", () => {
  const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`;
  it.each([
    ["nests deeper than any stack", when(`${"(".repeat(20_000)}true${")".repeat(20_000)}`)],
    ["nests lists", when(`${"[".repeat(9_000)}1${"]".repeat(9_000)}.contains(1)`)],
    ["negates without end", when(`${"!".repeat(30_000)}true`)],
    ["joins without end", when(`${"true || ".repeat(7_000)}true`)],
    ["adds without end", when(`${"1 + ".repeat(9_000)}1 == 1`)],
    ["asks without end", when(`${"if true then ".repeat(1_500)}true${" else true".repeat(1_500)}`)],
    ["reads without end", when(`context${".a".repeat(20_000)}`)],
    ["calls without end", when(`context${".contains(1)".repeat(4_000)}`)],
    ["lists without end", when(`[${"1,".repeat(20_000)}1].contains(1)`)],
    ["has too many policies", "permit(principal,action,resource);".repeat(1_500)],
    ["is longer than may be", `// ${"é".repeat(40_000)}`],
    ["closes what was not open", ")".repeat(60_000)],
    ["has no end of its quotes", `permit (principal, action, resource) when { context.tool == "${"\\".repeat(50_001)}`],
  ])("that %s is refused", async (_what, text) => {
    // Longer than its schema lets through: what a bound on the text's bytes is for.
    expect((await checkPolicies({ text, tests: [] }, place)).problems).not.toEqual([]);
  });

  it("never makes the check fail or hang, whatever it is made of", async () => {
    const pieces = fc.constantFrom("permit", "forbid", "(", ")", "{", "}", "[", "]", "principal", "action", "resource", ",", ";", "when", "unless", "==", "&&", "||", "!", "-", "if", "then", "else", "in", "is", "like", "has", '"', '"a"', '"\\u{110000}"', "@id", "::", "Countersign::Agent", "\u0000", "\u202e", "\ud800", "1", "99999999999999999999", "//", "\n", "?principal", "ip", "{a: 1}", "💥");
    const texts = fc.oneof(fc.array(pieces, { maxLength: 40 }).map((all) => all.join(" ")), fc.array(pieces, { maxLength: 20 }).map((all) => when(all.join(" "))), fc.string({ unit: "binary", maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const report = await check(text);
        for (const { line, column } of report.problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  });

  it("is ended in its thread when it takes longer than it may", async () => {
    expect(await inThread({ text: mail, schema: agentSchema, calls: [] }, 0)).toBeNull();
  });

  it("that ends its thread ends nothing else", async () => {
    // Given to Cedar without asking the bounds first: the stack of the thread is the end of it.
    const text = when(`${"(".repeat(20_000)}true${")".repeat(20_000)}`);
    expect(await inThread({ text, schema: agentSchema, calls: [] })).toBeNull();
    expect((await check(mail)).problems).toEqual([]);
  });
});
