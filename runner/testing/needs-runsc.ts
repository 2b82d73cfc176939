import { accessSync, constants } from "node:fs";

/** Whether tests that need a real sandbox must be left out here: for `describe.skipIf(runscMissing)`. */
export const runscMissing = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"].every((folder) => !isExecutable(`${folder}/runsc`));

if (runscMissing) process.stdout.write("\n*** runsc is missing: THE SANDBOX IS NOT TESTED. Mend it with: apt-get install -y runsc ***\n\n");

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
