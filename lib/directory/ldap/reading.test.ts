import { describe, expect, it } from "vitest";
import { flatten } from "../pull/flatten";
import { pulledRows } from "../pull/rows";
import { isActive } from "./active";
import { comparableDn, stableId } from "./names";

describe("what an LDAP server writes in its own way", () => {
  it("keeps an id when an entry is renamed: a GUID's bytes in the order in which Microsoft reads them", () => {
    expect(stableId(Buffer.from("00112233445566778899aabbccddeeff", "hex"))).toBe("33221100-5544-7766-8899-aabbccddeeff");
    expect(stableId(Buffer.from("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"))).toBe("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    expect([stableId(undefined), stableId(Buffer.alloc(0)), stableId("a\0b")]).toEqual([null, null, null]);
  });

  it("compares names however they are escaped", () => {
    expect(comparableDn("CN=Smith\\2C Zoë , OU=People,DC=x")).toBe(comparableDn("cn=Smith\\, Zoë,ou=people, dc=X"));
    expect(comparableDn("cn=a\\,b,dc=x")).not.toBe(comparableDn("cn=a,b,dc=x"));
  });

  it("knows who is not in use, and lets nobody leave by a lock that ends by itself", () => {
    const entry = (more: Record<string, string>) => ({ dn: "cn=x", ...more });
    expect([entry({}), entry({ userAccountControl: "512", accountExpires: "9223372036854775807" }), entry({ pwdAccountLockedTime: "20260101000000Z" })].map((each) => isActive(each))).toEqual([true, true, true]);
    expect([entry({ userAccountControl: "514" }), entry({ accountExpires: "131000000000000000" }), entry({ pwdAccountLockedTime: "000001010000Z" }), entry({ nsAccountLock: "TRUE" })].map((each) => isActive(each))).toEqual([false, false, false, false]);
  });
});

describe("groups inside of groups", () => {
  const group = (id: string, users: string[], groups: string[] = []) => ({ id, name: id, place: `cn=${id}`, users, groups });

  it("are followed through cycles, and end", () => {
    const flat = flatten([group("a", ["1"], ["b"]), group("b", ["2"], ["c", "gone"]), group("c", ["3"], ["a"])]);
    expect([...flat].map(([id, users]) => [id, [...users].sort()])).toEqual([["a", ["1", "2", "3"]], ["b", ["1", "2", "3"]], ["c", ["1", "2", "3"]]]);
  });

  it("are followed twenty deep and no deeper", () => {
    const chain = Array.from({ length: 25 }, (_, index) => group(`g${index}`, [`u${index}`], [`g${index + 1}`]));
    expect(flatten(chain).get("g0")?.size).toBe(20);
  });

  it("are refused when they have more members together than are taken", () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `u${index}`);
    expect(() => flatten(Array.from({ length: 1_000 }, (_, index) => group(`g${index}`, many)))).toThrow(/1,000,000 members/);
  });

  it("have their place in their name where two have one name", () => {
    const rows = pulledRows({ users: [], groups: [{ ...group("1", []), name: "Staff" }, { ...group("2", []), name: "staff" }, group("3", [])] });
    expect(rows.map(({ record }) => record && "displayName" in record && record.displayName)).toEqual(["Staff (cn=1)", "staff (cn=2)", "3"]);
  });
});

it("what cannot be read is kept as such, without the characters that make it unreadable", () => {
  const user = { id: "1", userName: "ev\0il", email: "e@x.test", displayName: null, active: true };
  expect(pulledRows({ users: [user, { ...user, id: "2", userName: "none", email: null }], groups: [] })).toMatchObject([
    { record: null, op: "skip", problem: expect.stringMatching(/^ev\?il: /) },
    { record: null, op: "skip", problem: expect.stringMatching(/^none: The user has no email address/) },
  ]);
});
