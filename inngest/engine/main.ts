import { faultSocket } from "@/lib/env";
import { optionsFromEnvironment } from "./engine.config";
import { startEngine } from "./start";

const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (faultSocket()) process.stderr.write("FAULT POINTS ARE ON: a test may stop this engine at any step\n");

const engine = await startEngine({
  ...optionsFromEnvironment(),
  onStandby: () => say({ event: "standby" }),
  onFatal: (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
});
say({ event: "listening", port: engine.port });

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void engine.stop().then(() => process.exit(0)));
}
