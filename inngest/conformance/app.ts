import http from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, type InngestFunction, type Logger } from "inngest";
import { serve } from "inngest/node";

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** What the test app's functions did, in order, and what they are told from outside. */
export class Journal {
  readonly entries: string[] = [];
  private readonly watchers = new Set<() => void>();

  note(entry: string): void {
    this.entries.push(entry);
    for (const watch of this.watchers) watch();
  }

  count(entry: string): number {
    return this.entries.filter((noted) => noted === entry).length;
  }

  /** Resolves when an entry has been noted so many times. */
  async seen(entry: string, times = 1, timeoutMs = 60_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        this.watchers.delete(check);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`"${entry}" was noted ${this.count(entry)} of ${times} times; noted: ${this.entries.join(", ")}`));
      }, timeoutMs);
      const check = () => {
        if (this.count(entry) < times) return;
        finish();
        resolve();
      };
      this.watchers.add(check);
      check();
    });
  }
}

export interface App {
  client: Inngest;
  journal: Journal;
  url: string;
  /** Registers the functions, as a deployment does; returns the SDK's answer. */
  sync: () => Promise<{ status: number; message: string }>;
  /** Takes the app away, or brings it back at the same address. */
  away: () => Promise<void>;
  back: () => Promise<void>;
  close: () => Promise<void>;
}

export interface Server {
  url: string;
  signingKey?: string;
  eventKey?: string;
  isDev?: boolean;
}

/** A real HTTP server with the SDK's handler, serving the functions that `define` makes. */
export async function startApp(
  server: Server,
  define: (client: Inngest, journal: Journal) => InngestFunction.Like[],
  id = "conformance",
): Promise<App> {
  const journal = new Journal();
  const client = new Inngest({
    id,
    baseUrl: server.url,
    eventKey: server.eventKey,
    signingKey: server.signingKey,
    isDev: server.isDev ?? false,
    checkpointing: false,
    logger: silent,
  });
  const handler = serve({ client, functions: define(client, journal) });
  let listener = http.createServer(handler);
  const listen = async (port: number) => {
    await new Promise<void>((resolve) => listener.listen(port, "127.0.0.1", resolve));
    return (listener.address() as AddressInfo).port;
  };
  const close = async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  };
  const port = await listen(0);
  const url = `http://127.0.0.1:${port}/api/inngest`;
  return {
    client,
    journal,
    url,
    sync: async () => {
      const answer = await fetch(url, { method: "PUT" });
      const body = (await answer.json()) as { message: string };
      return { status: answer.status, message: body.message };
    },
    away: close,
    back: async () => {
      listener = http.createServer(handler);
      await listen(port);
    },
    close,
  };
}
