import net, { type AddressInfo } from "node:net";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, type Connection } from "./client";
import { organization } from "./schema/organization";
import { readAtOnce, type Tx } from "./tenant";
import { createTestDatabase, type TestDatabase } from "./testing";

const [ours, theirs] = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
let made: TestDatabase;
let connection: Connection;
let hold = false;
const sockets = new Set<net.Socket>();

/** A way to the database on which, while `hold`, no answer comes before a commit was sent. */
const way = net.createServer((client) => {
  const target = new URL(made.url);
  const onward = net.connect(Number(target.port), target.hostname);
  const held: Buffer[] = [];
  client.on("data", (sent) => {
    onward.write(sent);
    if (sent.includes("commit\0")) for (const answer of held.splice(0)) client.write(answer);
  });
  let asked = "";
  client.on("data", (sent) => (asked = `${asked}${sent.toString("latin1")}`.slice(-50)));
  onward.on("data", (answer) => (hold && !asked.includes("commit\0") ? held.push(answer) : client.write(answer)));
  for (const socket of [client, onward]) sockets.add(socket.on("error", () => {}).on("close", () => (client.destroy(), onward.destroy())));
});

beforeAll(async () => {
  made = await createTestDatabase(process.env.TEST_DATABASE_URL ?? "");
  await new Promise<void>((resolve) => way.listen(0, "127.0.0.1", resolve));
  const url = new URL(made.url);
  [url.hostname, url.port] = ["127.0.0.1", String((way.address() as AddressInfo).port)];
  connection = connect(url.href, { max: 1, silentMs: 20_000 });
  const admin = connect(made.adminUrl, { max: 1 });
  await admin.sql`insert into organization (id, name, slug) values (${ours}, 'Ours', 'ours'), (${theirs}, 'Theirs', 'theirs')`;
  await admin.sql.end();
});
afterAll(async () => {
  await connection.sql.end({ timeout: 1 });
  for (const socket of sockets) socket.destroy();
  way.close();
  await made.drop();
});

const names = (tx: Tx) => tx.select({ name: organization.name }).from(organization);
const whose = (id: string | null) => ({ text: "select $1::uuid", values: [id] });

it("answers of one tenant come after everything was sent, its end included", async () => {
  const ask = () => readAtOnce(connection, whose(ours), (tx) => [names(tx), names(tx).where(eq(organization.id, theirs)), tx.select({ now: sql<string>`'now'` }).from(organization)]);
  // The first time the driver asks what the texts mean.
  const before = await ask();
  hold = true;
  const answers = await ask().finally(() => (hold = false));
  expect(answers).toEqual([[{ name: "Ours" }], [], [{ now: "now" }]]);
  expect(before).toEqual(answers);
});

it("a tenant that is not there sees nothing, nor does whoever comes next see the last one's", async () => {
  expect(await readAtOnce(connection, whose(null), (tx) => [names(tx)])).toEqual([[]]);
  expect(await readAtOnce(connection, whose(theirs), (tx) => [names(tx)])).toEqual([[{ name: "Theirs" }]]);
  expect(await connection.db.select().from(organization)).toEqual([]);
});

it("a query that fails fails the whole, and the connection is good", async () => {
  const wrong = (tx: Tx) => tx.select({ name: sql`1 / (select count(*) - 1 from organization)` }).from(organization);
  await expect(readAtOnce(connection, whose(ours), (tx) => [names(tx), wrong(tx), names(tx)])).rejects.toThrow();
  expect(await readAtOnce(connection, whose(ours), (tx) => [names(tx)])).toEqual([[{ name: "Ours" }]]);
});
