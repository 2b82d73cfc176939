/** One thing that was looked at. `ok` null: it could not be checked here, `why` says what is missing. */
export type Finding = { what: string; ok: boolean | null; why?: string };

/** One link of the chain from a request to its outcome, in words, with everything that was checked about it. */
export type Link = {
  id: "request" | "policies" | "narrowing" | "decision" | "stages" | "grant" | "outcome" | "effect" | "uses" | "standing" | "record";
  title: string;
  /** What happened. */
  says: string;
  at: string | null;
  seq: number | null;
  findings: Finding[];
};

/** `open`: it has not happened yet, or could not be checked here in a part. */
export function stateOf(link: Link): "ok" | "bad" | "open" {
  if (link.findings.some(({ ok }) => ok === false)) return "bad";
  return link.findings.length === 0 || link.findings.some(({ ok }) => ok === null) ? "open" : "ok";
}
