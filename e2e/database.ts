import { readFileSync } from "node:fs";
import path from "node:path";
import postgres, { type Sql } from "postgres";
import { dataDir } from "./demo";

/** The database of the installation under test, as its owner: for what only time or another process would do. */
export function ownerDatabase(): Sql {
  const { ports } = JSON.parse(readFileSync(path.join(dataDir(), "ready.json"), "utf8"));
  const { databaseOwnerPassword } = JSON.parse(readFileSync(path.join(dataDir(), "secrets.json"), "utf8"));
  return postgres({ host: "127.0.0.1", port: ports.database, user: "countersign_owner", password: databaseOwnerPassword, database: "countersign", max: 1, onnotice: () => {} });
}
