import { readFileSync } from "node:fs";
import type { KeyObject } from "node:crypto";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { readPrivateKey, readPublicKey } from "@/runner/contract/keys";

let portal: KeyObject | undefined;
let runner: KeyObject | undefined;

/** Signs what the portal sends to the runner. */
export function portalKey(): KeyObject {
  portal ??= readPrivateKey(readFileSync(/* turbopackIgnore: true */ required(env().PORTAL_PRIVATE_KEY_FILE, "PORTAL_PRIVATE_KEY_FILE"), "utf8"));
  return portal;
}

/** Verifies what the runner sends back. */
export function runnerKey(): KeyObject {
  runner ??= readPublicKey(readFileSync(/* turbopackIgnore: true */ required(env().RUNNER_PUBLIC_KEY_FILE, "RUNNER_PUBLIC_KEY_FILE"), "utf8"));
  return runner;
}

function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new AppError("unavailable", `${name} is not set; no run can be dispatched.`, { hint: "'npm start' sets it; see README." });
}
