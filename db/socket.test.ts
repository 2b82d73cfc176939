import net, { type AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterEach, expect, it } from "vitest";
import { connect } from "./client";
import { isDatabaseAway } from "./error";
import { inTenant } from "./tenant";

const organization = "00000000-0000-7000-8000-000000000001";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Passes everything on to the test database until it freezes: then it keeps connections and says nothing. */
async function freezing(): Promise<{ url: string; freeze: () => void }> {
  const target = new URL(process.env.TEST_DATABASE_URL ?? "");
  const answers: net.Socket[] = [];
  const server = net.createServer((client) => {
    const onward = net.connect(Number(target.port || 5432), target.hostname);
    answers.push(onward);
    client.pipe(onward).pipe(client);
    for (const [socket, other] of [[client, onward], [onward, client]] as const) socket.on("error", () => other.destroy()).on("close", () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => (answers.forEach((socket) => socket.destroy()), server.close()));
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, freeze: () => answers.forEach((socket) => socket.unpipe()) };
}

function open(url: string, silentMs: number) {
  const connection = connect(url, { max: 1, silentMs });
  ends.push(() => connection.sql.end({ timeout: 0 }));
  return connection;
}

it("a database that froze is away for whoever asks, also in the middle of a transaction", async () => {
  const { url, freeze } = await freezing();
  const connection = open(url, 300);
  const asked = inTenant(connection, organization, async (tx) => {
    await tx.execute(sql`select 1`);
    freeze();
    await tx.execute(sql`select 2`);
  });
  await expect(asked.catch((error: unknown) => isDatabaseAway(error))).resolves.toBe(true);
  // The next connection is a new one.
  await expect.poll(async () => connection.sql`select 3 as n`.catch(() => null)).toMatchObject([{ n: 3 }]);
});

it("a connection that is idle, or waits for an answer within the time, is left alone", async () => {
  const { url } = await freezing();
  const { sql: ask } = open(url, 2_000);
  const [first] = await ask`select pg_backend_pid() as pid`;
  await ask`select pg_sleep(0.2)`;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await ask`select pg_backend_pid() as pid`).toEqual([first]);
});
