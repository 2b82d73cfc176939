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
 *
 * And two waits of a transaction that it need not have: for the answer to its `begin` before its first statement is sent,
 * and for a `commit` after one that `work` sent together with its last statements (`last`, see db/tenant.ts). A `begin` that
 * fails ends the transaction; what was sent behind it ran without one, and so without a tenant.
 */
const changes = {
  "connection.js": [
    ["a write after the end goes nowhere", "  function nextWrite(fn) {\n", "    if (socket === null) { chunk = nextWriteTimer = null; return true }\n"],
    ["a query after the end is refused", "  function execute(q) {\n", "    if (socket === null) { queryError(q, Errors.connection('CONNECTION_CLOSED', options)); return true }\n"],
    ["nothing buffered outlives its connection", "    remaining = 0\n    incomings = null\n    clearImmediate(nextWriteTimer)\n", "    nextWriteTimer = chunk = null\n"],
    ["nor after an end by us", "      error(Errors.connection('CONNECTION_DESTROYED', options))\n\n    clearImmediate(nextWriteTimer)\n", "    nextWriteTimer = chunk = null\n"],
    [
      "types that could not be asked for end what waits for them, not the process, and are asked for at the next opening",
      "        return fetchArrayTypes()\n",
      null,
      "        return fetchArrayTypes().catch(error => { needsTypes = true; initial && (queryError(initial, error), initial = null) })\n",
    ],
    ["whatever was asked is told, also what was asked after the error", "    !hadError && (query || sent.length) && error(", null, "    ;(query || sent.length) && error("],
    ["no error and no row of a connection is another's", "    closedTime = performance.now()\n", "    query = results = errorResponse = null\n    result = new Result()\n    rows = 0\n"],
  ],
  "index.js": [
    ["a transaction knows that its connection is gone", "    const queries = Queue()\n    let savepoints = 0\n", null, "    const queries = Queue()\n    let gone = false\n    let savepoints = 0\n"],
    ["and is told", "new Promise((_, reject) => connection.onclose = reject)", null, "new Promise((_, reject) => connection.onclose = error => { gone = true; reject(error) })"],
    ["and says no more on it", "        q.catch(e => uncaughtError || (uncaughtError = e))\n", "        if (gone) return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n"],
    [
      "a transaction begins when it has a connection, and ends when its begin fails",
      "      await sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], { onexecute }).execute()\n      return await Promise.race([\n",
      null,
      "      const begun = sql.unsafe('begin ' + options.replace(/[^a-z ]/ig, ''), [], { onexecute }).execute()\n" +
        "      await Promise.race([begun, new Promise(resolve => taken = resolve)])\n" +
        "      connection.queue === full && move(connection, reserved)\n" +
        "      return await Promise.race([\n" +
        "        new Promise((_, reject) => begun.catch(error => { gone = true; while (queries.length) queries.shift().reject(error); reject(error) })),\n",
    ],
    ["of which it knows by this", "      , connection\n      , prepare = null\n", null, "      , connection\n      , taken\n      , last\n      , prepare = null\n"],
    ["and by this", "      connection = c\n      move(c, reserved)\n", null, "      connection = c\n      taken()\n      move(c, reserved)\n"],
    ["a transaction may say which query is its commit", "      sql.savepoint = savepoint\n", "      sql.last = query => last = query\n"],
    ["after which it says no more", "        if (gone) return q.reject(Errors.connection('CONNECTION_CLOSED', options))\n", "        if (q === last) gone = true\n"],
    ["and commits no more", "      if (!name) {\n", null, "      if (!name && !last) {\n"],
    ["nor rolls back", "      } catch (e) {\n        await (name\n", null, "      } catch (e) {\n        if (last) throw e\n        await (name\n"],
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
