import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const Demo = z.object({
  url: z.url(),
  people: z.array(z.object({ email: z.email(), password: z.string(), role: z.string() })),
  agents: z.array(z.object({ id: z.string(), name: z.string(), apiKey: z.string() })),
});

/** The demo accounts of the installation under test, as `npm start` wrote them. */
export type Demo = z.infer<typeof Demo>;

/** Folder of the installation under test. */
export function dataDir(): string {
  const dir = process.env.E2E_DATA_DIR;
  if (!dir) throw new Error("E2E_DATA_DIR is not set: run the tests by 'npm run e2e'.");
  return dir;
}

/** Reads and checks `demo.json`. */
export function readDemo(): Demo {
  return Demo.parse(JSON.parse(readFileSync(path.join(dataDir(), "demo.json"), "utf8")));
}
