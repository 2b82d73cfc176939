/** `off`: not set up, by choice. `attention`: it works, but somebody should look. `down`: what needs it waits or fails. */
export type PartState = "ok" | "off" | "attention" | "down";

export type Fact = { term: string; value: string };

/** A part of the installation as the person on call reads it. */
export type Part = {
  id: "portal" | "database" | "engine" | "outbox" | "runner" | "mail" | "audit" | "places";
  name: string;
  state: PartState;
  /** One sentence: how it stands. */
  says: string;
  /** What it means for people and agents while it stands so; null when all is well. */
  means: string | null;
  /** What to do about it; null when nothing is to be done. */
  act: string | null;
  /** The one command that mends it, where there is one. */
  command: string | null;
  facts: Fact[];
};

/** A part with which all is well, or what differs from that. */
export function part(known: Pick<Part, "id" | "name" | "says" | "facts"> & Partial<Part>): Part {
  return { state: "ok", means: null, act: null, command: null, ...known };
}

/** Seconds as a person says them: 8 s, 3 min, 5 h, 2 d. */
export function lasting(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** A count with its thing: 1 event, 2,000 events. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString("en-US")} ${thing}${count === 1 ? "" : "s"}`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024).toLocaleString("en-US")} MiB`;
