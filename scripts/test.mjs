import process from "node:process";
import { fileURLToPath } from "node:url";
import { installDependencies, requireNode } from "./install.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
requireNode();
await installDependencies();

const { register } = await import("tsx/esm/api");
register();
await import("./test.ts");
