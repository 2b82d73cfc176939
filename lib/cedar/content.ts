import { z } from "zod";
import { cleanText } from "@/lib/text";
import { type BoundaryAction, boundaryActions, type ResourceType, resourcesOf } from "./boundary";

const short = cleanText({ min: 0, max: 512 });
const resourceTypes = [...new Set(Object.values(resourcesOf).flat())] as [ResourceType, ...ResourceType[]];

/**
 * A request that a text is tried on. What is not said is harmless: by itself the agent is at level trusted, which permits what
 * nothing forbids, so that the text alone makes the difference.
 */
export const TestRequest = z
  .strictObject({
    action: z.enum(boundaryActions as readonly [BoundaryAction, ...BoundaryAction[]]).default("tool"),
    tool: cleanText({ min: 1, max: 128 }),
    /** A path, host, address, command or name; empty: the tool itself. */
    resource: short.default(""),
    resourceType: z.enum(resourceTypes).optional(),
    attributes: z.record(z.string().max(64), z.union([short, z.int(), z.boolean()])).default({}),
    operation: z.string().min(1).max(64).default("execute"),
    risk: z.enum(["LOW", "MEDIUM", "HIGH", "CRITICAL"]).default("LOW"),
    costMicros: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    purposeGiven: z.boolean().default(true),
    level: z.enum(["strict", "standard", "trusted", "isolated"]).default("trusted"),
    kind: z.enum(["manager", "writer", "analyst", "creative", "researcher", "coder", "coordinator"]).default("coder"),
    /** When it is asked, in UTC. */
    at: z.iso.datetime().default("2026-01-05T12:00:00Z"),
    agentId: short.optional(),
    ownerId: short.optional(),
    workspaceId: short.optional(),
    templateId: short.optional(),
    keyId: short.optional(),
  })
  .refine(({ action, resourceType }) => !resourceType || (resourcesOf[action] as readonly ResourceType[]).includes(resourceType), { path: ["resourceType"], message: "is not what this action is done to" });
export type TestRequest = z.infer<typeof TestRequest>;

export const testOutcomes = ["allow", "approval", "deny"] as const;

const PolicyTest = z.strictObject({
  /** As a sentence: 'Mail to competitors is denied'. */
  name: cleanText({ min: 1, max: 200 }),
  request: TestRequest,
  expect: z.enum(testOutcomes),
});
export type PolicyTest = z.infer<typeof PolicyTest>;

/** Cedar policies of one level, and what must come out of them: a test that fails refuses publishing. */
export const CedarContent = z.strictObject({
  text: z.string().max(65_536, "must be at most 64 KiB"),
  tests: z.array(PolicyTest).max(200, "at most 200 tests").default([]),
});
export type CedarContent = z.infer<typeof CedarContent>;

export const firstCedar: CedarContent = { text: "", tests: [] };
