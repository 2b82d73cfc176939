import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type postgres from "postgres";
import { checkout } from "../../scripts/start/checkout";
import { BrowserDoor } from "./browser-door";
import type { Ended } from "./stories";

/** What is wrong with what was kept of the stories that the API acknowledged; nothing when all of it is there, once. */
export async function checkKept(admin: postgres.Sql, ended: readonly Ended[]): Promise<string[]> {
  const problems: string[] = [];
  const ids = ended.map((each) => each.id);
  const rows = await admin<{ id: string; status: string; settled: number; outcomes: number }[]>`
    with settled as (select action_id, count(*)::int as count from reservation where status = 'settled' group by action_id),
      told as (select resource_id, count(*)::int as count from audit_event where action = 'actions.completed' group by resource_id)
    select a.id, a.status, coalesce(s.count, 0) as settled, coalesce(t.count, 0) as outcomes
    from action a left join settled s on s.action_id = a.id left join told t on t.resource_id = a.id::text
    where a.id = any(${ids}::uuid[])`;
  const kept = new Map(rows.map((row) => [row.id, row]));
  for (const { id, kind, status } of ended) {
    const row = kept.get(id);
    if (!row) problems.push(`action ${id} was acknowledged and is not there`);
    else if (row.status !== status || status !== "succeeded") problems.push(`action ${id} (${kind}) ended as ${status} and is ${row.status}`);
    else if (row.settled !== 1) problems.push(`action ${id} has ${row.settled} settled reservations`);
    else if (kind !== "run" && row.outcomes !== 1) problems.push(`action ${id} has ${row.outcomes} audit events of its outcome`);
  }
  const off = await admin<{ id: string }[]>`
    select w.id from budget_window w
    left join lateral (
      select coalesce(sum(r.amount_micros) filter (where r.status = 'held'), 0) as held,
        coalesce(sum(r.actual_micros) filter (where r.status = 'settled'), 0) as spent
      from reservation r where w.id = any(r.window_ids)) r on true
    where w.reserved_micros <> r.held or w.committed_micros + w.overrun_micros <> r.spent`;
  for (const { id } of off) problems.push(`the figures of budget window ${id} are not the sum of its reservations`);
  return problems;
}

/** Exports the whole audit stream as an auditor does and checks the file offline; gives the verifier's words. */
export async function checkChain(url: string, auditor: { email: string; password: string }, folder: string): Promise<{ intact: boolean; words: string }> {
  const door = await BrowserDoor.signIn(url, auditor);
  const save = async (page: string, name: string): Promise<string> => {
    const answer = await door.fetch(page);
    if (!answer.ok || !answer.body) throw new Error(`${page} answered ${answer.status}`);
    const file = path.join(folder, name);
    await pipeline(Readable.from(answer.body), createWriteStream(file));
    return file;
  };
  const file = await save("/audit/export?format=jsonl", "soak.jsonl");
  const key = await save("/audit/key", "soak.key");
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "verify", "--", file, "--key", key], { cwd: checkout, encoding: "utf8" });
  return { intact: status === 0, words: stdout.trim() || stderr.trim() };
}
