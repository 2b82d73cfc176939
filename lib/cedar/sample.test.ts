import { afterEach, describe, expect, it, vi } from "vitest";
import { log } from "@/lib/log";
import { evaluatePolicies } from "./evaluate";
import { compilePolicies } from "./policies";
import { grid, question, row, text } from "./testing";

afterEach(() => vi.restoreAllMocks());

/** As if nothing had been asked for long. */
const later = (hours: number) => vi.spyOn(Date, "now").mockReturnValue(Date.UTC(2030, 0, 1, hours));

describe("a sample of live decisions is asked of Cedar too", () => {
  const parts = [grid([row("crm.*", "allowed")]), text(`forbid (principal, action, resource) when { context.tool == "crm.read" };`)];
  const wrong = () => {
    const compiled = compilePolicies(parts);
    return { ...compiled, candidates: () => compiled.candidates("tool", "crm.read").map((policy) => ({ ...policy, holds: () => policy.effect === "permit" })) };
  };

  it("and changes nothing where both agree", () => {
    later(1);
    expect(evaluatePolicies(compilePolicies(parts), question()).rule).toBe("policy:1");
    expect(evaluatePolicies(compilePolicies(parts), question({ tool: "crm.write" })).outcome).toBe("allow");
  });

  it("and where they do not, it is a denial and an error in the log, once in ten seconds", () => {
    const said = vi.spyOn(log, "error").mockImplementation(() => {});
    later(2);
    expect(evaluatePolicies(wrong(), question())).toMatchObject({ outcome: "deny", rule: "cedar.unreadable" });
    expect(said).toHaveBeenCalledOnce();
    expect(evaluatePolicies(wrong(), question()).outcome).toBe("allow");
    later(3);
    expect(evaluatePolicies(wrong(), question()).outcome).toBe("deny");
  });

  it("also for a policy that was passed over as one of another tool", () => {
    vi.spyOn(log, "error").mockImplementation(() => {});
    later(4);
    const compiled = compilePolicies(parts);
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    expect(evaluatePolicies({ ...compiled, candidates: () => compiled.all.slice(0, -1) }, question()).outcome).toBe("deny");
  });
});
