import { LockTarget } from "@/lib/locks/input";
import { liftLock } from "@/lib/locks/lift";
import { listLocksOf } from "@/lib/locks/list-of";
import { listLocks } from "@/lib/locks/list";
import { loadLock } from "@/lib/locks/load";
import { placeLock, PlaceLockInput } from "@/lib/locks/place";
import { previewLock } from "@/lib/locks/preview";
import type { Place } from "../world";
import { type Attempt, lists, names } from "./attempt";

const person = { caller: "person" } as const;
const change = ["settings.update", "approvals.decide"] as const;
const look = ["settings.read", "approvals.decide"] as const;
const agentOf = (p: Place) => ({ kind: "agent", target: p.agentId });

/** What is stopped for a time. */
export const locks: Record<string, Attempt> = {
  placeLock: names(placeLock, change, (p) => PlaceLockInput.parse({ ...agentOf(p), message: "A test" }), person),
  previewLock: names(previewLock, change, (p) => LockTarget.parse(agentOf(p)), person),
  liftLock: names(liftLock, change, (p) => ({ id: p.lockId, reason: "It is over" }), person),
  loadLock: names(loadLock, look, (p) => ({ id: p.lockId }), person),
  listLocks: lists(listLocks, look, undefined, person),
  listLocksOf: lists(listLocksOf, ["agents.read", ...look], (p) => ({ of: [{ kind: "tool", target: `${p.mark}.erase` }] }), person),
};
