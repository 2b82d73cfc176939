import { type SQL, sql } from "drizzle-orm";

/** A child is at most three agents below the first; what walks along a family ends here in any case. */
const furthest = 9;

/** SQL of the agents that asked for this one, as `up (id, n)`: its parent, the parent's parent, as far as there are any. `agent`: what that table is called around it. */
export function agentsAbove(agent: string): string {
  return `(with recursive above (id, n) as (
      select s.parent_id, 1 from spawn_request s where s.organization_id = ${agent}.organization_id and s.child_id = ${agent}.id
      union all select s.parent_id, above.n + 1 from above join spawn_request s on s.organization_id = ${agent}.organization_id and s.child_id = above.id where above.n < ${furthest}
    ) select id, n from above) as up`;
}

/** SQL of an agent and all that descend from it, as `down (id, n)`: itself (n 0), its children, theirs. */
export function agentsFrom(id: string): SQL {
  return sql`(with recursive below (id, n) as (
      select ${id}::uuid, 0
      union all select s.child_id, below.n + 1 from below join spawn_request s on s.parent_id = below.id and s.child_id is not null where below.n < ${furthest}
    ) select id, n from below) as down`;
}
