// Loaded first by each of our own processes (`node --import`).
import { register } from "node:module";
import process from "node:process";

/** Longer than any part needs to finish what it has in hand. */
const LAST_WORD_MS = 20_000;

// The channel to the supervisor closes when that is gone, even by `kill -9`. A part never outlives it: the next start
// would otherwise meet a second engine or runner working on the same state.
process.on("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), LAST_WORD_MS).unref();
});
process.channel?.unref();

// `server-only` throws outside of a bundler that knows about server components; here everything is the server.
register(
  "data:text/javascript," +
    encodeURIComponent(`export const resolve = (name, context, next) =>
      name === "server-only" ? { url: "data:text/javascript,", shortCircuit: true } : next(name, context);`),
);
