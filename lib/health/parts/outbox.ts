import { counted, lasting, type Part, part } from "./part";

export type OutboxReading = { waiting: number; oldestSeconds: number };

/** Events leave within milliseconds, and the sweeper looks every two seconds. */
const lateSeconds = 15;
const stuckSeconds = 300;

export function judgeOutbox({ waiting, oldestSeconds }: OutboxReading): Part {
  const base = { id: "outbox", name: "Outbox" } as const;
  const facts = [
    { term: "Waiting", value: counted(waiting, "event") },
    { term: "Oldest", value: waiting > 0 ? `${lasting(oldestSeconds)} old` : "none waits" },
  ];
  if (waiting === 0 || oldestSeconds <= lateSeconds) return part({ ...base, facts, says: "Job events leave as they come." });
  return part({
    ...base, facts, state: oldestSeconds > stuckSeconds ? "down" : "attention",
    says: `${counted(waiting, "event")} for the job engine ${waiting === 1 ? "waits" : "wait"}, the oldest for ${lasting(oldestSeconds)}.`,
    means: "What these events tell of is decided and kept; what follows from it (a run, a mail) has not begun.",
    act: "Mend the job engine. If it is well, look for 'the job engine did not take them' in the portal's log. They leave by themselves.",
  });
}
