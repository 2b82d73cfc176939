import { describe, expect, it } from "vitest";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { publishDocument } from "@/lib/governance/publish";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { firstClassification } from "./first-content";
import { tryClassification, TryClassificationInput } from "./try";

useTestDatabase();

const given = (input: object) => TryClassificationInput.parse(input);
const submitted = (input: Partial<SubmitActionInput>) => SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 1, ...input });
const harmless = { ...firstClassification, kinds: [{ tools: ["crm.read"], operations: null, risk: "CRITICAL", because: "is read no more" }, ...firstClassification.kinds], tests: [] };

describe("trying rules of classification", () => {
  it("says what a past request was taken for, and what it would be taken for", async () => {
    const t = await tenant();
    const { action } = await submitAction(t.agent, submitted({ arguments: { id: 1 } }), newId());
    const viewer = await t.as("viewer");
    expect(await tryClassification(viewer, given({ actionId: action.id, draft: harmless }))).toMatchObject({ problems: [], tried: { risk: "CRITICAL", was: "LOW", reasons: ["crm.read is read no more"] } });
    const stranger = await (await tenant()).as("organization_admin");
    await expect(tryClassification(stranger, given({ actionId: action.id }))).rejects.toMatchObject({ code: "not_found" });
  });

  it("reads a typed request, and says what is wrong with its arguments", async () => {
    const admin = await (await tenant()).as("organization_admin");
    const request = { tool: "mail.send", operation: "execute", resource: "", arguments: '{"to": "a@b.example"}' };
    expect((await tryClassification(admin, given({ request }))).tried).toMatchObject({ risk: "HIGH" });
    for (const text of ["[1]", "{", '{"a":1,"a":2}', `${'{"a":'.repeat(80)}1${"}".repeat(80)}`]) await expect(tryClassification(admin, given({ request: { ...request, arguments: text } })), text).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("names what is wrong in a draft by its place, and tests that fail", async () => {
    const admin = await (await tenant()).as("organization_admin");
    const wrong = { ...firstClassification, kinds: [{ tools: ["Not a glob!"], operations: null, risk: "LOW", because: "x" }] };
    expect(await tryClassification(admin, given({ draft: wrong }))).toMatchObject({ content: null, problems: [{ path: "kinds.0.tools.0" }] });
    const lowered = { ...firstClassification, tests: [{ ...firstClassification.tests[0], tool: "mail.send", expected: "LOW" }] };
    expect(await tryClassification(admin, given({ draft: lowered }))).toMatchObject({ content: null, problems: [{ path: "tests.0" }], tests: [{ passed: false, risk: "HIGH" }] });
  });
});

describe("publishing rules of classification", () => {
  it("is refused with a test that fails, and counts from the next decision on", async () => {
    const t = await tenant();
    const admin = await t.as("organization_admin");
    const place = { kind: "classification", scopeType: "organization", scopeId: t.organizationId, expectedVersion: 0, note: "" } as const;
    const failing = { ...harmless, tests: firstClassification.tests };
    await expect(publishDocument(admin, { ...place, content: failing as never })).rejects.toMatchObject({ code: "invalid_input", extensions: { problems: [{ path: "tests.0" }] } });
    expect((await submitAction(t.agent, submitted({}), newId())).action.decision).toMatchObject({ risk: "LOW" });
    await publishDocument(admin, { ...place, content: harmless as never });
    expect((await submitAction(t.agent, submitted({}), newId())).action.decision).toMatchObject({ outcome: "needs_approval", risk: "CRITICAL", riskReasons: ["crm.read is read no more"] });
  });
});
