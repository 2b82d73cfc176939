import { asc, desc, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { approval, riskRank } from "@/db/schema/action";
import { AppError } from "@/lib/errors";
import type { Page, PageRequest } from "@/lib/keyset";

const rank = riskRank(approval.risk);
const rankOf = { CRITICAL: 0, HIGH: 1, MEDIUM: 2, LOW: 3 } as const;

const Cursor = z.tuple([z.int().min(0).max(3), z.iso.datetime(), z.uuid()]);
type Key = { risk: keyof typeof rankOf; createdAt: Date; id: string };

/** One page of the queue by keyset: by risk, then the oldest first. Requests that come meanwhile neither repeat nor hide others. */
export async function queuePage<Row extends Key>(
  request: PageRequest,
  fetch: (page: { where: SQL | undefined; orderBy: SQL[]; limit: number }) => Promise<Row[]>,
): Promise<Page<Row>> {
  const size = Math.min(Math.max(Math.trunc(request.size ?? 50), 1), 100);
  const backwards = !request.after && Boolean(request.before);
  const cursor = request.after || request.before || null;
  const by = backwards ? desc : asc;
  const found = await fetch({
    where: cursor ? beyond(cursor, backwards) : undefined,
    orderBy: [by(rank), by(approval.createdAt), by(approval.id)],
    limit: size + 1,
  });
  const more = found.length > size;
  const rows = found.slice(0, size);
  if (backwards) rows.reverse();
  const cursorOf = (row: Row | undefined, there: boolean) => (row && there ? makeCursor(row) : null);
  return { rows, next: cursorOf(rows.at(-1), backwards || more), previous: cursorOf(rows[0], backwards ? more : cursor !== null) };
}

function beyond(cursor: string, backwards: boolean): SQL {
  const [risk, createdAt, id] = parse(cursor);
  const key = sql`(${risk}::int, ${createdAt}::timestamptz, ${id}::uuid)`;
  const row = sql`(${rank}, ${approval.createdAt}, ${approval.id})`;
  return backwards ? sql`${row} < ${key}` : sql`${row} > ${key}`;
}

/** Whether a row comes after the cursor of a page; every row comes after none. */
export function isAfter(row: Key, cursor: string | null): boolean {
  if (!cursor) return true;
  const [risk, createdAt, id] = parse(cursor);
  const [mine, time, theirs] = [rankOf[row.risk], row.createdAt.getTime(), new Date(createdAt).getTime()];
  return mine !== risk ? mine > risk : time !== theirs ? time > theirs : row.id > id;
}

function makeCursor(row: Key): string {
  return Buffer.from(JSON.stringify([rankOf[row.risk], row.createdAt.toISOString(), row.id])).toString("base64url");
}

function parse(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("invalid_input", "The cursor is not one that this list gave.", {
      hint: "Begin at the first page, and pass cursors on as they came.",
      cause,
    });
  }
}
