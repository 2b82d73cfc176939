import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isNotNull } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { factor } from "@/db/schema/factor";
import { auditEvent } from "@/db/stream/audit";
import { limiter } from "@/lib/auth/limiter";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { beginSms, BeginSmsInput } from "@/lib/mfa/begin-sms";
import { confirmSent } from "@/lib/mfa/confirm-sent";
import { loadFactors } from "@/lib/mfa/load";
import { prove } from "@/lib/mfa/prove";
import { sendPaces } from "@/lib/mfa/send-pace";
import { sendCode } from "@/lib/mfa/send-code";
import { resendSetUp } from "@/lib/mfa/resend-set-up";
import { givePassword, provePassword, setRules } from "@/lib/mfa/testing";
import { inside } from "@/lib/runs/testing";
import { allowFactors } from "@/lib/security/allow-factors";
import { useTestDatabase } from "@/lib/testing/database";
import { eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";

useTestDatabase();

type Received = { path: string; authorization: string; form: Record<string, string> };
let close: (() => void) | undefined;

afterEach(async () => {
  vi.useRealTimers();
  close?.();
  await database().sql`delete from rate_limit`;
  Object.assign(env(), { SMS_URL: "https://api.twilio.com", SMS_ACCOUNT_SID: undefined, SMS_AUTH_TOKEN: undefined, SMS_FROM: undefined, SMS_TIMEOUT_MS: 10_000, SMS_PER_DAY: 200 });
});

const queued = (response: ServerResponse) => response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ sid: "SM1", status: "queued", error_code: null }));
const refused = (status: number, code: number) => (response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ code, message: "no", more_info: `https://www.twilio.com/docs/errors/${code}`, status }));

/** A provider on this machine that speaks as Twilio's Messages API does. */
async function provider(answer: (response: ServerResponse, request: IncomingMessage) => unknown = queued) {
  const received: Received[] = [];
  const state = { answer };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    request.on("end", () => {
      received.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization ?? "", form: Object.fromEntries(new URLSearchParams(body)) });
      state.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => {
    server.close();
    server.closeAllConnections();
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(env(), { SMS_URL: url, SMS_ACCOUNT_SID: "AC123", SMS_AUTH_TOKEN: "secret", SMS_FROM: "+15005550006" });
  const code = () => /^\d{8}/.exec(received.at(-1)?.form.Body ?? "")?.[0] ?? "none";
  return { url, received, state, code };
}

async function member() {
  // Paces run by this clock, and half a minute must lie between two messages.
  vi.useFakeTimers({ toFake: ["Date"] });
  const t = await tenant();
  const ctx = await t.as("viewer");
  await givePassword(ctx);
  await setRules(t, { weakFactors: ["sms"] });
  const allowAdd = () => provePassword(ctx, "factors.add", ctx.actor.id);
  await allowAdd();
  const later = (seconds = 31) => vi.setSystemTime(Date.now() + seconds * 1_000);
  return { ...t, ctx, allowAdd, later };
}

const phone = "+4917012345634";

describe("codes by text message", () => {
  it("are offered nowhere without a provider", async () => {
    const { ctx, as } = await member();
    expect((await loadFactors(ctx)).offered).toEqual([]);
    await expect(beginSms(ctx, { phone })).rejects.toMatchObject({ code: "forbidden" });
    const admin = await as("organization_admin");
    await expect(allowFactors(admin, { weakFactors: ["sms"], weakFactorsCount: false, rememberDays: 30, rememberAdminDays: 0 })).rejects.toMatchObject({ fields: { weakFactors: expect.any(String) } });
  });

  it("are sent as the provider wants them, count once one was typed, and show the number nowhere whole", async () => {
    const { received, code } = await provider();
    const { ctx, organizationId } = await member();
    const { id, to } = await beginSms(ctx, BeginSmsInput.parse({ phone: "+49 (170) 123-456 34" }));
    expect(to).toBe(`${"•".repeat(phone.length - 3)}34`);
    expect(received).toEqual([
      { path: "POST /2010-04-01/Accounts/AC123/Messages.json", authorization: `Basic ${Buffer.from("AC123:secret").toString("base64")}`, form: { To: phone, From: "+15005550006", Body: expect.stringMatching(/^\d{8} is your code/) } },
    ]);
    expect((await loadFactors(ctx)).factors).toEqual([]);
    await confirmSent(ctx, { id, code: code() });
    expect(await loadFactors(ctx)).toMatchObject({ factors: [{ kind: "sms", name: to }] });
    const kept = await inside(ctx, async (tx) => [await tx.select().from(factor), await tx.select({ body: auditEvent.body }).from(auditEvent)]);
    const bytes = await inside(ctx, (tx) => tx.select({ secret: factor.secret }).from(factor).where(isNotNull(factor.secret)));
    expect(`${JSON.stringify(kept)}${bytes.map(({ secret }) => secret?.toString("latin1")).join("")}`.includes(phone.slice(1))).toBe(false);
    expect(await eventsOf(organizationId)).toContain("sessions.code_sent:success");
  });

  it("go to a messaging service where one is named, and to an address below another path", async () => {
    const { url, received } = await provider();
    Object.assign(env(), { SMS_FROM: `MG${"0".repeat(32)}`, SMS_URL: `${url}/api/laml/` });
    const { ctx } = await member();
    await beginSms(ctx, { phone });
    expect(received[0]).toMatchObject({ path: "POST /api/laml/2010-04-01/Accounts/AC123/Messages.json", form: { MessagingServiceSid: env().SMS_FROM } });
  });

  it.each(["017012345634", "+0170123456", "+49", "+1234567890123456", "+49170abc", "tel:+4917012345634", "+4917012345634,+15005550006"])("do not go to %s", (typed) => {
    expect(BeginSmsInput.safeParse({ phone: typed }).success).toBe(false);
  });
});

describe("a provider that", () => {
  it.each<[string, (response: ServerResponse) => unknown, RegExp, RegExp]>([
    ["knows no such number", refused(400, 21211), /400, error 21211/, /does not exist/],
    ["does not send to that country", refused(400, 21408), /21408/, /country/],
    ["was told to stop by the number", refused(400, 21610), /21610/, /START/],
    ["does not know us", refused(401, 20003), /401, error 20003/, /tell an admin/],
    ["has had enough", refused(429, 20429), /429/, /Try again/],
    ["is broken", (response) => response.writeHead(503).end("<html>"), /503/, /Try again/],
    ["leads elsewhere", (response) => response.writeHead(307, { location: "http://169.254.169.254/" }).end(), /answered 307/, /tell an admin/],
    ["takes it and says that it failed", (response) => response.writeHead(201).end(JSON.stringify({ status: "failed", error_code: 21614 })), /21614/, /not a mobile one/],
    ["never answers", () => {}, /in time/, /Try again/],
    ["answers without an end", (response) => {
      response.writeHead(201);
      const more = () => (response.write(Buffer.alloc(65_536, 32)) ? setImmediate(more) : response.once("drain", more));
      response.on("error", () => {});
      more();
    }, /longer than 64 kB/, /Try again/],
    ["hangs up", (response) => response.destroy(), /cannot be reached/, /Try again/],
  ])("%s: it is told, recorded, and the code is worth nothing", async (_, answer, reason, hint) => {
    const { code, received } = await provider(answer);
    env().SMS_TIMEOUT_MS = 1_000;
    const { ctx, organizationId } = await member();
    await expect(beginSms(ctx, { phone })).rejects.toMatchObject({ code: "unavailable", hint: expect.stringMatching(hint), cause: { message: expect.stringMatching(reason) } });
    expect(received).toHaveLength(1);
    expect(await eventsOf(organizationId)).toContain("sessions.code_not_sent:failure");
    const [begun] = await inside(ctx, (tx) => tx.select({ id: factor.id }).from(factor));
    await expect(confirmSent(ctx, { id: begun?.id ?? "", code: code() })).rejects.toMatchObject({ fields: { code: expect.any(String) } });
    expect((await loadFactors(ctx)).factors).toEqual([]);
  });
});

describe("attacks on text messages", () => {
  it("a number that was not proven gets no code but the one that proves it, and proves nothing", async () => {
    const { received, code } = await provider();
    const { ctx, allowAdd, later } = await member();
    await setRules(ctx, { weakFactorsCount: true });
    await beginSms(ctx, { phone });
    await expect(sendCode(ctx, { kind: "sms" })).rejects.toMatchObject({ code: "conflict" });
    await expect(prove(ctx, { verb: "keys.create", object: "x", proof: { method: "sms", code: code() } })).rejects.toMatchObject({ code: "invalid_input" });
    later();
    await expect(beginSms(ctx, { phone: "+15005550009" })).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await allowAdd();
    const { id } = await beginSms(ctx, { phone: "+15005550009" });
    await confirmSent(ctx, { id, code: code() });
    later();
    await sendCode(ctx, { kind: "sms" });
    expect(received.map(({ form }) => form.To)).toEqual([phone, "+15005550009", "+15005550009"]);
  });

  it("half a minute lies between two, and an hour has an end", async () => {
    const { received } = await provider();
    const { ctx, later } = await member();
    const { id } = await beginSms(ctx, { phone });
    const again = () => resendSetUp(ctx, { id });
    const outcomes = await Promise.allSettled([again(), again(), again()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    for (let sent = 1; sent < 5; sent += 1) {
      later();
      await again();
    }
    later();
    await expect(again()).rejects.toMatchObject({ code: "rate_limited" });
    expect(received).toHaveLength(5);
  });

  it("one organization's day has an end, whoever asks", async () => {
    const { received } = await provider();
    const { ctx, as } = await member();
    const paces = (personId: string) => sendPaces({ kind: "sms", personId, organizationId: ctx.organizationId, ip: ctx.ip, to: phone }).find(({ name }) => name === "code-sms-organization");
    await beginSms(ctx, { phone });
    const other = await as("viewer");
    await givePassword(other);
    await provePassword(other, "factors.add", other.actor.id);
    const { key, points, seconds } = paces(other.actor.id) ?? { key: "", points: 0, seconds: 0 };
    expect([key, points]).toEqual([ctx.organizationId, env().SMS_PER_DAY]);
    await limiter("code-sms-organization", { points, duration: seconds }).penalty(key, points);
    await expect(beginSms(other, { phone: "+15005550101" })).rejects.toMatchObject({ code: "rate_limited" });
    expect(received).toHaveLength(1);
  });
});
