import type { AuditBody } from "@/lib/audit/file/body";
import { say, type Sentence } from "./say";

/** What a sentence depends on beyond its own event. */
export type Told = {
  agentId: string;
  /** When the agent asked for what this is about; null where it did not. */
  askedAt: Date | null;
  /** Nobody has decided yet. */
  waits: boolean;
};

type Detailed = Pick<AuditBody, "details">;

/** A detail as text; empty where it is not there. */
export function read({ details }: Detailed, name: string): string {
  const value = details[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** A detail that is an amount of money; nothing where it is none. */
export function spent({ details }: Detailed, name: string): Sentence {
  const micros = details[name];
  return typeof micros === "number" && Number.isSafeInteger(micros) ? [{ micros }] : [];
}

/** Who did it, by name. */
export function who({ actor }: Pick<AuditBody, "actor">): Sentence {
  return actor.kind === "person" || actor.kind === "agent" ? say`${actor.name}` : ["The portal"];
}

/** "4 minutes", the largest unit alone. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units: [number, string][] = [[86_400, "day"], [3600, "hour"], [60, "minute"]];
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, "second"];
  const amount = Math.floor(seconds / size);
  return amount === 1 ? `1 ${unit}` : `${amount} ${unit}s`;
}
