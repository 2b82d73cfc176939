// Runs before anything else of ours is loaded: only what Node itself brings.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const driver = fileURLToPath(new URL("../node_modules/postgres", import.meta.url));
const version = "3.4.9";

/**
 * What a lost connection does in this version of the driver, and must not: end the whole process (its issues 1066, 1154,
 * 1208), leave half a message behind that is then sent on the next connection, and let a transaction that has lost its
 * connection go on with it after it was opened again for somebody else.
 */
const changes = {
  "connection.js": [
    ["a write after the end goes nowhere", "  function nextWrite(fn) {\n", "    if (socket === null) { chunk = nextWriteTimer = null; return true }\n"],
    ["a query after the end is refused", "  function execute(q) {\n", "    if (socket === null) { queryError(q, Errors.connection('CONNECTION_CLOSED', options)); return true }\n"],
    ["nothing buffered outlives its connection", "    remaining = 0\n    incomings = null\n    clearImmediate(nextWriteTimer)\n", "    nextWriteTimer = chunk = null\n"],
    ["nor after an end by us", "      error(Errors.connection('CONNECTION_DESTROYED', options))\n\n    clearImmediate(nextWriteTimer)\n", "    nextWriteTimer = chunk = null\n"],
    ["whatever was asked is told, also what was asked after the error", "    !hadError && (query || sent.length) && error(", null, "    ;(query || sent.length) && error("],
    ["no error and no row of a connection is another's", "    closedTime = performance.now()\n", "    query = results = errorResponse = null\n    result = new Result()\n    rows = 0\n"],
  ],
  "index.js": [
    ["a transaction knows that its connection is gone", "    const queries = Queue()\n    let savepoints = 0\n", null, "    const queries = Queue()\n    let gone = false\n    let savepoints = 0\n"],
    ["and is told", "new Promise((_, reject) => connection.onclose = reject)", null, "new Promise((_, reject) => connection.onclose = error => { gone = true; reject(error) })"],
    ["and says no more on it", "        q.catch(e => uncaughtError || (uncaughtError = e))\n", "        if (gone) return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n"],
  ],
};

/** Mends the installed database driver where it is not mended yet. Ends the process when it is not the version that is known. */
export function patchDriver() {
  const installed = JSON.parse(readFileSync(path.join(driver, "package.json"), "utf8")).version;
  if (installed !== version) fail(`it is ${installed}, and the mends are for ${version}: see whether they are still needed`);
  for (const folder of ["src", "cjs/src"]) {
    for (const [name, mends] of Object.entries(changes)) patchFile(path.join(driver, folder, name), mends);
  }
}

function patchFile(file, mends) {
  const before = readFileSync(file, "utf8");
  let text = before;
  for (const [what, found, added, replaced] of mends) {
    const wanted = replaced ?? `${found}${added}`;
    if (text.includes(wanted)) continue;
    if (text.split(found).length !== 2) fail(`${file} is not as expected where '${what}' belongs`);
    text = text.replace(found, () => wanted);
  }
  if (text === before) return;
  // Whole or not at all, also beside a process that reads it at this moment.
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

function fail(reason) {
  console.error(`\n  The database driver cannot be mended: ${reason}.\n`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) patchDriver();
