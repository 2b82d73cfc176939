import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { mail } from "@/db/schema/message";
import { inTenant } from "@/db/tenant";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { listMail } from "./list";
import { queueMail } from "./queue";
import { sendMail } from "./send";

useTestDatabase();

type Received = { to: string[]; data: string };
let server: SMTPServer | undefined;

afterEach(async () => {
  env().SMTP_URL = undefined;
  await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
  server = undefined;
});

/** An SMTP server of the test's own. `refusal`: the code with which it answers every mail. */
async function smtp(refusal?: number): Promise<Received[]> {
  const received: Received[] = [];
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, session, done) => {
      let data = "";
      stream.on("data", (chunk: Buffer) => (data += chunk.toString("utf8")));
      stream.on("end", () => {
        if (refusal) return done(Object.assign(new Error("no"), { responseCode: refusal }));
        received.push({ to: session.envelope.rcptTo.map((to) => to.address), data });
        done();
      });
    },
  });
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const address = listening.server.address();
  if (typeof address !== "object" || !address) throw new Error("the SMTP server has no port");
  env().SMTP_URL = `smtp://127.0.0.1:${address.port}`;
  return received;
}

async function queued(changes: Partial<{ to: string; subject: string }> = {}) {
  const { organizationId, as } = await tenant();
  const letter = { dedupeKey: "one", to: "ann@example.test", subject: "80 % of the budget", text: "Hello\n\nhttps://example.test/invitation/abc", ...changes };
  const [event] = await inTenant(database(), organizationId, (tx) => queueMail(tx, organizationId, letter));
  if (event?.name !== "mail/queued") throw new Error("no mail was queued");
  const ctx = systemCtx("mail", organizationId);
  const rows = () => inTenant(database(), organizationId, (tx) => tx.select().from(mail));
  return { organizationId, as, letter, send: () => sendMail(ctx, { mailId: event.data.mailId }), rows, mailId: event.data.mailId };
}

describe("mail", () => {
  it("is queued once for a key", async () => {
    const { organizationId, letter, rows } = await queued();
    expect(await inTenant(database(), organizationId, (tx) => queueMail(tx, organizationId, letter))).toEqual([]);
    expect(await rows()).toHaveLength(1);
  });

  it("stays in the mailbox, for super admins only, where no server is configured", async () => {
    const { as, send } = await queued();
    await send();
    const { page, smtp: configured } = await listMail(await as("super_admin"), {});
    expect([configured, page.rows.map((row) => [row.status, row.text.includes("/invitation/abc")])]).toEqual([false, [["mailbox", true]]]);
    await expect(listMail(await as("organization_admin"), {})).rejects.toMatchObject({ code: "forbidden" });
  });

  it("goes to the server once, with an id of its own, and its text is not kept", async () => {
    const received = await smtp();
    const { send, rows, mailId } = await queued();
    await send();
    await send();
    expect(received).toHaveLength(1);
    expect(received[0]?.to).toEqual(["ann@example.test"]);
    expect(received[0]?.data).toContain(`Message-ID: <${mailId}@localhost>`);
    const [row] = await rows();
    expect([row?.status, row?.text.includes("invitation")]).toEqual(["sent", false]);
  });

  it("that is refused for now stays queued; refused for good it says why", async () => {
    await smtp(451);
    const later = await queued();
    await expect(later.send()).rejects.toThrow();
    expect((await later.rows())[0]?.status).toBe("queued");
    await new Promise<void>((resolve) => server?.close(resolve));
    await smtp(550);
    await later.send();
    expect((await later.rows())[0]).toMatchObject({ status: "failed", error: expect.stringContaining("550") });
  });

  it("cannot smuggle a header or a second receiver in", async () => {
    const received = await smtp();
    const header = await queued({ subject: "Hi\r\nBcc: eve@example.test" });
    await expect(header.send()).rejects.toThrow("line break");
    const list = await queued({ to: "ann@example.test, eve@example.test" });
    await list.send().catch(() => undefined);
    expect(received.flatMap((each) => each.to).filter((to) => to.includes("eve"))).toEqual([]);
  });
});
