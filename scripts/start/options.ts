import path from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "./checkout";
import { StartError } from "./start-error";

/** What the person asked for on the command line or by variable. */
export type Options = { demo: boolean; port: number; host: string; dataDir: string; help: boolean };

export const usage = `
  npm start -- [options]

    --port N      port of the portal (default 3000, or the variable PORT)
    --host NAME   address to listen on (default 127.0.0.1: this machine only)
    --data DIR    where everything is kept (default .data in this checkout)
    --no-demo     an empty installation, with only the link for the first administrator
    --help        this text

  With DATABASE_URL and DATABASE_ADMIN_URL set, your own PostgreSQL is used; with INNGEST_BASE_URL or INNGEST_DEV,
  your own Inngest; with RUNNER_URL, your own runner.
`;

/** Reads the options. Throws a StartError that says what is wrong with them. */
export function parseOptions(args: string[], env: NodeJS.Dict<string>): Options {
  let values: { port?: string; host?: string; data?: string; "no-demo"?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        "no-demo": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  return {
    demo: !values["no-demo"],
    port: parsePort(values.port ?? env.PORT ?? "3000"),
    host: values.host ?? env.HOST ?? "127.0.0.1",
    dataDir: path.resolve(checkout, values.data ?? ".data"),
    help: values.help ?? false,
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new StartError(`--port must be a number from 1 to 65535, not '${text}'.`);
}
