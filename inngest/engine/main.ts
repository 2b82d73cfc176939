import { optionsFromEnvironment } from "./engine.config";
import { startEngine } from "./start";

const say = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

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
