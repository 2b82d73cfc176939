import { readFileSync } from "node:fs";
import path from "node:path";

/** A data file out of an installed package, whole. Read from where the process was started, which is the checkout. */
export function readPackagedFile(file: `node_modules/${string}`): Buffer {
  return readFileSync(path.join(/* turbopackIgnore: true */ process.cwd(), file));
}
