import getPort from "get-port";
import { startInstallation } from "../scripts/test/installation";

/**
 * Starts an installation for all tests and ends it afterwards. Tests find it by E2E_URL and E2E_DATA_DIR, and what it
 * printed by E2E_START_LOG.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // An installation that is up already is used as it is: name it by E2E_URL, E2E_DATA_DIR and E2E_START_LOG.
  if (process.env.E2E_URL) return async () => {};
  // A name server of the tests answers there; nobody else's is asked.
  process.env.DNS_SERVER = `127.0.0.1:${await getPort({ host: "127.0.0.1" })}`;
  const { url, dataDir, logFile, end } = await startInstallation("countersign-e2e-");
  process.env.E2E_URL = url;
  process.env.E2E_DATA_DIR = dataDir;
  process.env.E2E_START_LOG = logFile;
  return end;
}
