import { Api } from "./api";
import { type App, type Server, startApp } from "./app";
import { namedServer } from "./conformance.config";
import { testDatabase } from "./database";
import { conformanceFunctions } from "./functions";
import { EngineProcess } from "./server";

/** True when the suite runs against the embedded engine, which tests may kill and look into. */
export const isEmbedded = namedServer() === undefined;

export interface Harness {
  server: Server;
  app: App;
  api: Api;
  /** The embedded engine's process and database; undefined with a named server. */
  embedded?: { engine: EngineProcess; databaseUrl: string };
  /** Sends an event and returns its id. */
  send: (name: string, data: Record<string, unknown>, id?: string) => Promise<string>;
  close: () => Promise<void>;
}

/** Starts the app with the suite's functions beside the server the environment names, or a fresh embedded engine. */
export async function harness(): Promise<Harness> {
  const named = namedServer();
  const database = named ? undefined : await testDatabase();
  const engine = database && (await EngineProcess.start(database.url));
  const server = named ?? engine;
  if (!server) throw new Error("There is no server to run against");
  const app = await startApp(server, conformanceFunctions);
  const { status, message } = await app.sync();
  if (status !== 200) throw new Error(`The functions were not registered: ${message}`);
  return {
    server,
    app,
    api: new Api(server),
    embedded: engine && database && { engine, databaseUrl: database.url },
    send: async (name, data, id) => {
      const { ids } = await app.client.send({ name, data, id });
      return ids[0] ?? "";
    },
    close: async () => {
      await app.close();
      await engine?.end("SIGTERM");
      await database?.drop();
    },
  };
}
