import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import postgres from "postgres";
import { everyPage } from "../e2e/every-page";
import { checkout } from "../scripts/start/checkout";
import { buildEmptyPage } from "./harness/empty-page";
import { startPortal } from "./harness/portal";
import type { BenchRow } from "./harness/row";
import { signedIn } from "./harness/signed-in";

/**
 * (i) What each page of the portal has a browser load before it is complete: every script that its HTML names, for itself or
 * in the data from which React goes on, once each, as gzip. Not the polyfills, which no browser of today loads.
 */
export const row: BenchRow = {
  title: "first-load JavaScript of each page, gzip",
  beside: "an empty page of the same Next",
  async *run(bench) {
    const { port } = await startPortal(bench);
    const sql = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
    bench.onEnd(() => sql.end());
    const { cookie } = await signedIn(sql, port);
    const pages = await everyPage(sql);
    bench.say("building an empty page");
    const empty = await buildEmptyPage(bench);
    const beside = bytesOf(empty.html, empty.files);
    for (const { pattern, address, signedIn: needsSession } of pages) {
      const response = await fetch(`http://localhost:${port}${address}`, { headers: needsSession ? { cookie } : {}, redirect: "manual" });
      if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
      const ours = bytesOf(await response.text(), path.join(checkout, ".next"));
      const ratio = ours / beside;
      yield { case: pattern, unit: "bytes", ours, beside, ratio, spread: [ratio, ratio], target: { atMost: 1.4 } };
    }
  },
};

/** The scripts that a page's HTML names, by their size as gzip; `files` is where Next put what it built. */
function bytesOf(html: string, files: string): number {
  const polyfills = new Set([...html.matchAll(/<script\b[^>]*\bnoModule\b[^>]*>/gi)].flatMap(([tag]) => tag.match(scripts) ?? []));
  const named = new Set(html.match(scripts) ?? []);
  const sizes = [...named].filter((script) => !polyfills.has(script)).map((script) => gzipSync(readFileSync(path.join(files, script))).length);
  if (sizes.length === 0) throw new Error("a page that names no script");
  return sizes.reduce((sum, size) => sum + size, 0);
}

const scripts = /static\/chunks\/[\w./~%-]+?\.js/g;
