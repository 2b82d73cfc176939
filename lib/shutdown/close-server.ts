import type { Server } from "node:http";

const lookAgainMs = 50;

/**
 * Takes no new connections and waits until every request has its answer, at most `graceMs`.
 * @returns whether all ended by themselves; otherwise the rest was cut.
 */
export async function closeServer(server: Server, graceMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const closed = new Promise<true>((resolve) => server.close(() => resolve(true)));
  const over = new Promise<false>((resolve) => (timer = setTimeout(resolve, graceMs, false)));
  // A connection that streamed its answer when the end began is kept alive by it and idle only now.
  const idle = setInterval(() => server.closeIdleConnections(), lookAgainMs);
  try {
    return await Promise.race([closed, over]);
  } finally {
    clearInterval(idle);
    clearTimeout(timer);
    server.closeAllConnections();
  }
}
