import { defineConfig } from "@playwright/test";
import { testBrowser } from "./e2e/browser";

const { executablePath, env } = await testBrowser();
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  globalSetup: "./e2e/setup.ts",
  outputDir: "test-results/e2e",
  // All tests share one installation; two at a time suit two cores.
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Against hanging only: a busy machine is ten times slower than an idle one.
  timeout: 400_000,
  expect: { timeout: 40_000 },
  use: {
    actionTimeout: 40_000,
    navigationTimeout: 90_000,
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath,
      env: { ...definedOnly(process.env), ...env },
      // Chromium's own sandbox cannot be used by root.
      args: ["--disable-dev-shm-usage", "--font-render-hinting=none", ...(asRoot ? ["--no-sandbox"] : [])],
    },
  },
});

function definedOnly(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
