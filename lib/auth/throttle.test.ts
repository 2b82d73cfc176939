import { afterEach, describe, expect, it, vi } from "vitest";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { network } from "./network";
import { type Gate, gatesOf, pass, paces, succeed } from "./throttle";

useTestDatabase();
afterEach(() => void vi.useRealTimers());

let made = 0;
const someone = () => `somebody-${(made += 1)}@example.test`;
const somewhere = () => `203.0.113.${(made += 1)}`;
const newcomer = (email: string, ip: string): Gate[] => gatesOf({ email, ip, device: null, knownAddress: false });
const known = (email: string, ip: string): Gate[] => gatesOf({ email, ip, device: null, knownAddress: true });
const withDevice = (email: string, ip: string): Gate[] => gatesOf({ email, ip, device: newId(), knownAddress: false });

/** Wrong passwords, as far as they are let through. */
async function fail(times: number, gates: () => Gate[]): Promise<void> {
  for (let at = 0; at < times; at += 1) await pass(gates());
}

describe("guessing", () => {
  it("is let through a few times, and then waits twice as long each time, up to a bound", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const [email, ip] = [someone(), somewhere()];
    await fail(paces.pair.free, () => newcomer(email, ip));
    const seconds: number[] = [];
    for (let at = 0; at < 12; at += 1) {
      expect(await pass(newcomer(email, ip))).toBeNull();
      const wait = await pass(newcomer(email, ip));
      expect(wait?.first).toBe(true);
      expect((await pass(newcomer(email, ip)))?.first).toBe(false);
      seconds.push(wait?.seconds ?? 0);
      vi.setSystemTime(Date.now() + (wait?.seconds ?? 0) * 1000 + 1);
    }
    expect(seconds).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it("of one account from everywhere waits too, and keeps out nobody whose browser or address came before", async () => {
    const email = someone();
    await fail(paces.account.free + 3, () => newcomer(email, somewhere()));
    expect(await pass(newcomer(email, somewhere()))).toMatchObject({ seconds: expect.any(Number) });
    expect(await pass(withDevice(email, somewhere()))).toBeNull();
    expect(await pass(known(email, somewhere()))).toBeNull();
  });

  it("of many accounts from one address waits, and keeps out no browser behind the same address that came before", async () => {
    const ip = somewhere();
    await fail(paces.address.free + 2, () => newcomer(someone(), ip));
    expect(await pass(newcomer(someone(), ip))).toMatchObject({ seconds: expect.any(Number) });
    expect(await pass(withDevice(someone(), ip))).toBeNull();
    expect(await pass(newcomer(someone(), somewhere()))).toBeNull();
  });

  it("from behind the same address as somebody does not keep their browser out", async () => {
    const [email, ip] = [someone(), somewhere()];
    await fail(paces.pair.free + 2, () => known(email, ip));
    expect(await pass(known(email, ip))).not.toBeNull();
    expect(await pass(withDevice(email, ip))).toBeNull();
  });

  it("with a browser that came before is slowed down by that browser alone", async () => {
    const [email, device] = [someone(), newId()];
    const gates = () => gatesOf({ email, ip: somewhere(), device, knownAddress: false });
    await fail(paces.device.free + 1, gates);
    expect(await pass(gates())).not.toBeNull();
    expect(await pass(withDevice(email, somewhere()))).toBeNull();
  });

  it("that is refused is not counted, and takes nobody's turn", async () => {
    const [ip, victim] = [somewhere(), someone()];
    await fail(paces.pair.free + 1, () => newcomer(victim, ip));
    await fail(paces.address.free - paces.pair.free - 1, () => newcomer(someone(), ip));
    // The address is at its bound, and the pair waits: its refusals do not use the one turn that the address has left.
    expect(await pass(newcomer(victim, ip))).not.toBeNull();
    expect(await pass(newcomer(victim, ip))).not.toBeNull();
    expect(await pass(newcomer(someone(), ip))).toBeNull();
  });

  it("is not forgotten by signing in as oneself between", async () => {
    const ip = somewhere();
    for (let at = 0; at <= paces.address.free; at += 1) {
      await pass(newcomer(someone(), ip));
      const own = newcomer(`owner-of-${ip}@example.test`, ip);
      if ((await pass(own)) === null) await succeed(own);
    }
    expect(await pass(newcomer(someone(), ip))).not.toBeNull();
  });

  it("counts together in every process", async () => {
    const [email, ip] = [someone(), somewhere()];
    await fail(paces.pair.free + 1, () => newcomer(email, ip));
    vi.resetModules();
    const another = await import("./throttle");
    expect(another.pass).not.toBe(pass);
    expect(await another.pass(another.gatesOf({ email, ip, device: null, knownAddress: false }))).not.toBeNull();
    const { database } = await import("@/lib/database");
    expect(await database().sql`select count(*)::int as keys from rate_limit where key like '%example%' or key like '%203.0.113%'`).toEqual([{ keys: 0 }]);
  });
});

it.each([
  ["2001:db8:0:1::5", "2001:db8:0:1:ffff::1"],
  ["2001:0DB8:0000:0001::5", "2001:db8:0:1::6"],
])("one network of IPv6 is one guesser: %s and %s", (one, other) => expect(network(one)).toBe(network(other)));
it("other networks are others", () => expect(network("2001:db8:0:2::5")).not.toBe(network("2001:db8:0:1::5")));
