// Runs one foreign program and takes it down when the supervisor is gone, even by `kill -9`: the channel to the
// supervisor closes then, whatever ended it. Usage: hold.mjs <uid or -> <gid or -> <program> <argument>…
import { spawn } from "node:child_process";
import process from "node:process";

const [uid, gid, program, ...args] = process.argv.slice(2);
const account = uid === "-" ? {} : { uid: Number(uid), gid: Number(gid) };
// A path of its own, since the account may not be allowed to enter ours.
const child = spawn(program, args, { ...account, cwd: "/", stdio: ["ignore", "inherit", "inherit"] });

const end = () => child.kill("SIGINT");
process.on("SIGTERM", end);
process.on("SIGINT", end);
process.on("disconnect", end);
child.on("error", (error) => {
  console.error(String(error));
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
