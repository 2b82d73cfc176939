import { AppError } from "@/lib/errors";
import { mostMemberships, type PulledGroup } from "./records";

/** Groups inside of groups are followed this deep; Active Directory itself goes no deeper in practice. */
const mostDepth = 20;

/**
 * Each group with all of its users, also those of groups inside of it. A group is entered once for each that it is counted
 * for, so that cycles end; what is deeper than twenty groups is left out.
 * @throws AppError `invalid_input` when there are more memberships than are taken.
 */
export function flatten(groups: readonly PulledGroup[]): Map<string, Set<string>> {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const flat = new Map<string, Set<string>>();
  let memberships = 0;
  for (const group of groups) {
    const users = usersOf(group, byId);
    memberships += users.size;
    if (memberships > mostMemberships) throw new AppError("invalid_input", `The groups have more than ${mostMemberships.toLocaleString("en")} members together.`, { hint: "Choose fewer groups by the group filter." });
    flat.set(group.id, users);
  }
  return flat;
}

function usersOf(start: PulledGroup, byId: ReadonlyMap<string, PulledGroup>): Set<string> {
  const users = new Set<string>();
  const entered = new Set([start.id]);
  let level = [start];
  for (let depth = 0; depth < mostDepth && level.length > 0; depth++) {
    const inner: PulledGroup[] = [];
    for (const group of level) {
      for (const user of group.users) users.add(user);
      for (const id of group.groups) {
        const next = byId.get(id);
        if (!next || entered.has(id)) continue;
        entered.add(id);
        inner.push(next);
      }
    }
    level = inner;
  }
  return users;
}
