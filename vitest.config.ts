import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

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
    include: ["**/*.test.ts"],
    exclude: ["node_modules/**", ".next/**", ".data/**", "e2e/**"],
    globalSetup: ["./scripts/test/postgres.ts"],
    setupFiles: ["./scripts/test/expect-quiet.ts"],
    pool: "forks",
    maxWorkers: 2,
    // Against hanging only: a busy machine is ten times slower than an idle one, and no test is about its speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
