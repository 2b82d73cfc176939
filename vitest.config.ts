import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Files share a process and what it has loaded, which is half of their time. Apart are those that load modules in a way of their
// own, or try what a process keeps for as long as it lives: connections that listen, counters, plans, what it has seen before.
const ofTheProcess = [
  "app/api/inngest/route", "app/api/v1/database-away", "app/metrics/metrics", "inngest/functions/send-chat", "lib/actions/kept-plans", "lib/audit/views/views", "lib/cedar/check", "lib/keys/keys",
  "lib/live/live", "lib/outage", "lib/runs/altered", "lib/shutdown/draining", "scripts/check-budgets/check",
].map((name) => `${name}.test.ts`);
const folders = ["app", "bench", "clients", "components", "db", "inngest", "lib", "runner", "scripts"];
const files = folders.flatMap((folder) => readdirSync(here(folder), { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`));
const tests = [...files, ...readdirSync(here("./"))].filter((file) => file.endsWith(".test.ts"));
const apart = tests.filter((file) => ofTheProcess.includes(file) || /vi\.(?:mock|doMock|resetModules|stubGlobal|useFakeTimers)\b/.test(readFileSync(here(file), "utf8")));
const exactly = (files: readonly string[]) => files.map((file) => file.replaceAll(/[()[\]{}!*?+@]/g, "\\$&"));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: `${here("./")}` },
      // The guard package throws outside of a bundler that knows about server components.
      { find: "server-only", replacement: here("./node_modules/server-only/empty.js") },
    ],
  },
  test: {
    environment: "node",
    globalSetup: ["./scripts/test/postgres.ts"],
    setupFiles: ["./scripts/test/expect-quiet.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Against hanging only: a busy machine is ten times slower than an idle one, and no test is about its speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: "shared", include: exactly(tests.filter((file) => !apart.includes(file))), isolate: false } },
      { extends: true, test: { name: "apart", include: exactly(apart), isolate: true } },
    ],
  },
});
