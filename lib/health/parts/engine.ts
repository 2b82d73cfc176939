import { gapInWords } from "@/lib/clock-gap";
import type { EngineQueue, EngineState } from "../engine";
import { counted, lasting, type Part, part } from "./part";

/** `address`: null where the SDK finds Inngest's cloud by itself. */
export type EngineReading = EngineState & { address: string | null; queue: EngineQueue | null };

/** Jobs begin at once; one that is due for so long waits for an engine that is busy or stuck. */
const lateSeconds = 60;

export function judgeEngine({ address, up, gapMs, queue }: EngineReading): Part {
  const base = { id: "engine", name: "Job engine" } as const;
  const facts = [
    { term: "Which", value: address === null ? "Inngest's cloud" : queue ? "Embedded" : `Inngest at ${address}` },
    ...(queue ? [{ term: "Jobs", value: `${queue.running} under way, ${queue.due} due` }, { term: "Oldest due", value: queue.due > 0 ? `for ${lasting(queue.oldestSeconds)}` : "none waits" }] : []),
  ];
  const means = "Agents still get their decisions. Sandbox runs, mail, expiries and checkpoints wait; nothing of it is lost.";
  if (!up) {
    return part({
      ...base, facts: address === null ? facts : [{ term: "Address", value: address }], state: "down", says: "It does not answer.", means,
      act: "See its log (logs/engine.log of the data folder, or Inngest's own). 'npm start' starts an embedded one again by itself; what waits in the outbox is sent then.",
    });
  }
  if (gapMs !== null) {
    return part({
      ...base, facts, state: "down", says: `Its clock and this server's are ${gapInWords(gapMs)} apart, so that neither believes what the other signs.`, means,
      act: "Set the clock that is wrong (timedatectl shows each machine's, and whether it is kept right). What waits goes on by itself then.",
    });
  }
  if (queue && queue.due > 0 && queue.oldestSeconds > lateSeconds) {
    return part({
      ...base, facts, state: "attention", says: `${counted(queue.due, "job")} due, the oldest for ${lasting(queue.oldestSeconds)}.`, means,
      act: "If the number falls, it is catching up. If it grows, see the engine's log for what fails, and whether it reaches the portal (INNGEST_SERVE_ORIGIN).",
    });
  }
  return part({ ...base, facts, says: queue ? "It takes jobs and keeps up." : "It takes jobs." });
}
