import postgres from "postgres";
import { loadPersonCtx } from "@/lib/ctx/person";
import { newId } from "@/lib/id";
import { compare } from "./harness/compare";
import { startPortal } from "./harness/portal";
import type { BenchRow } from "./harness/row";
import { signedIn } from "./harness/signed-in";
import { inOne, visit } from "./harness/visit";

/** A short page, one that reads a table, and one that reads several. */
const pages = ["/account", "/approvals", "/"];

/**
 * (k) What every page and every call pays to learn who asks and what they may, as a share of what the server takes for the
 * page. The look-up by key shows what one way to the database and back costs at the least.
 */
export const row: BenchRow = {
  title: "who asks: session, roles, rules and ability",
  beside: "the page's whole time at the server; a look-up of one row by its key",
  async *run(bench) {
    const { port } = await startPortal(bench);
    const sql = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
    bench.onEnd(() => sql.end());
    const { sessionId, cookie } = await signedIn(sql, port);
    const check = () => inOne(bench, () => ask(sessionId));
    for (const page of pages) yield await compare(bench, { case: `share of ${page}`, unit: "ms", ours: check, beside: visit(bench, port, page, cookie) });
    yield await compare(bench, { case: "beside a look-up", unit: "ms", ours: check, beside: () => inOne(bench, () => sql`select id from session where id = ${sessionId}`) });
  },
};

async function ask(sessionId: string): Promise<void> {
  const ctx = await loadPersonCtx(sessionId, { requestId: newId(), ip: "127.0.0.1", userAgent: "bench" });
  if (!ctx?.ability.can("read", "settings")) throw new Error("the session is not what it should be");
}
