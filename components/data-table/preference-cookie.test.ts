import { describe, expect, it } from "vitest";
import { readPreference, writePreference } from "./preference-cookie";

describe("readPreference", () => {
  it("reads what was written", () => {
    const preference = { density: "compact", columns: { cost: false, agentName: true } } as const;
    expect(readPreference(writePreference(preference))).toEqual(preference);
  });

  it("takes a damaged cookie for none", () => {
    expect(readPreference("<script>;-;+a b;")).toEqual({ density: "comfortable", columns: {} });
  });
});
