import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const Demo = z.object({
  people: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
  agents: z.array(z.object({ name: z.string(), apiKey: z.string() })),
});
const Ready = z.object({
  pids: z.object({ portal: z.number(), engine: z.number(), runner: z.number() }),
  ports: z.object({ database: z.number(), engine: z.number() }),
});

/** The demo's accounts, by role and by name. */
export function readDemo(dataDir: string) {
  const demo = Demo.parse(readJson(dataDir, "demo.json"));
  return {
    person: (role: string) => demo.people.find((each) => each.role === role) ?? missing(`person with the role '${role}'`),
    agent: (name: string) => demo.agents.find((each) => each.name === name) ?? missing(`agent '${name}'`),
  };
}

/** Processes and ports of a running installation. */
export function readReady(dataDir: string): z.infer<typeof Ready> {
  return Ready.parse(readJson(dataDir, "ready.json"));
}

function missing(what: string): never {
  throw new Error(`the demo has no ${what}`);
}

function readJson(dataDir: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(dataDir, name), "utf8"));
}
