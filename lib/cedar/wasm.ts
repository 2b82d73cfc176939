import { createRequire } from "node:module";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import type * as cedarModule from "@cedar-policy/cedar-wasm/nodejs";

export type Cedar = typeof cedarModule;

// V8 of Node 20 writes calls into WebAssembly straight into compiled code, and ends the process ("unreachable code" in its
// deoptimizer) when such code is given up during a call, which happens after some ten thousand calls. It is the call that costs.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

const name = "@cedar-policy/cedar-wasm/nodejs";

// By a require of its own, since an instance that has failed once gives no right answer any more and a new one is made.
const load = createRequire(path.join(/* turbopackIgnore: true */ process.cwd(), "package.json"));
let instance: Cedar | null = null;

/** Cedar itself. What fails in it (a stack that is too deep, above all) leaves nothing behind for the next call. */
export function withCedar<T>(use: (cedar: Cedar) => T): T {
  instance ??= load(name) as Cedar;
  try {
    return use(instance);
  } catch (error) {
    instance = null;
    delete load.cache[load.resolve(name)];
    throw error;
  }
}
