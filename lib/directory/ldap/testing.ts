import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import getPort from "get-port";
import ldapjs from "ldapjs";
import { Client } from "ldapts";
import { makeKey } from "@/lib/sso/testing";

const slapd = "/usr/sbin/slapd";
export const base = "dc=example,dc=test";
export const bindDn = `cn=portal,${base}`;
export const password = "correct horse battery staple";
const key = makeKey("localhost");
/** The authority that the servers' certificate is signed by: itself. */
export const ca = `-----BEGIN CERTIFICATE-----\n${key.certificate.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
export const serverKey = { key: key.privateKey, cert: ca };

export type Attributes = Record<string, string | string[]>;
export type TestLdap = { kind: "slapd" | "in process"; plainPort: number; tlsPort: number; add: (dn: string, attributes: Attributes) => Promise<void>; del: (dn: string) => Promise<void>; close: () => Promise<void> };

/** A real OpenLDAP server where one is installed, otherwise one in this process; both empty but for the base. */
export async function testLdap(): Promise<TestLdap> {
  const server = existsSync(slapd) ? await startSlapd() : await startInProcess();
  await server.add(`ou=people,${base}`, { objectClass: "organizationalUnit", ou: "people" });
  await server.add(`ou=groups,${base}`, { objectClass: "organizationalUnit", ou: "groups" });
  return server;
}

export const person = (uid: string, more: Attributes = {}): [string, Attributes] => [
  `uid=${uid},ou=people,${base}`,
  { objectClass: "inetOrgPerson", uid, cn: uid, sn: uid, givenName: uid, displayName: `${uid} Example`, mail: `${uid}@corp.test`, ...more },
];
export const group = (cn: string, member: string[]): [string, Attributes] => [`cn=${cn},ou=groups,${base}`, { objectClass: "groupOfNames", cn, member }];

/** More than one page of people, under `ou=large`; what may be had at once without pages is 20. */
export const largeSize = 620;
function large(): [string, Attributes][] {
  const names = Array.from({ length: largeSize }, (_, index) => `large${index}`);
  return [[`ou=large,${base}`, { objectClass: "organizationalUnit", ou: "large" }], ...names.map((name): [string, Attributes] => [`uid=${name},ou=large,${base}`, person(name)[1]])];
}

function ldifOf([dn, attributes]: [string, Attributes]): string {
  return `dn: ${dn}\n${Object.entries(attributes).map(([name, value]) => `${name}: ${String(value)}\n`).join("")}`;
}

async function startSlapd(): Promise<TestLdap> {
  const folder = mkdtempSync(path.join(tmpdir(), "slapd-"));
  const file = (name: string, text: string) => (writeFileSync(path.join(folder, name), text, { mode: 0o600 }), path.join(folder, name));
  mkdirSync(path.join(folder, "db"));
  const schemas = ["core", "cosine", "nis", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`).join("\n");
  const conf = file("slapd.conf", `${schemas}
pidfile ${folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile ${file("cert.pem", ca)}
TLSCertificateKeyFile ${file("key.pem", key.privateKey)}
sizelimit size.soft=20 size.hard=20 size.pr=500 size.prtotal=unlimited
database mdb
suffix "${base}"
rootdn "cn=root,${base}"
rootpw "${password}"
directory ${folder}/db
limits dn.exact="${bindDn}" size.soft=20 size.hard=20 size.pr=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
`);
  const ldif = file("base.ldif", `dn: ${base}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\ndn: ${bindDn}\nobjectClass: person\ncn: portal\nsn: portal\nuserPassword: ${password}\n\n${large().map(ldifOf).join("\n")}`);
  const loaded = spawnSync("/usr/sbin/slapadd", ["-f", conf, "-l", ldif], { encoding: "utf8" });
  if (loaded.status !== 0) throw new Error(`slapadd: ${loaded.stderr}`);
  const [plainPort, tlsPort] = [await getPort(), await getPort()];
  const child = spawn(slapd, ["-f", conf, "-d", "0", "-h", `ldap://127.0.0.1:${plainPort} ldaps://127.0.0.1:${tlsPort}`], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const asRoot = async (work: (client: Client) => Promise<void>) => {
    const client = new Client({ url: `ldap://127.0.0.1:${plainPort}` });
    try {
      await client.bind(`cn=root,${base}`, password);
      await work(client);
    } finally {
      await client.unbind();
    }
  };
  await until(() => asRoot(async () => undefined));
  return {
    kind: "slapd", plainPort, tlsPort,
    add: (dn, attributes) => asRoot((client) => client.add(dn, attributes)),
    del: (dn) => asRoot((client) => client.del(dn)),
    close: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function until(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function startInProcess(): Promise<TestLdap> {
  process.stderr.write("\n*** NO slapd ON THIS MACHINE: LDAP is tested against a server in the test's own process. ***\n\n");
  const entries = new Map<string, Attributes>(large().map(([dn, attributes]) => [dn, { ...attributes, entryUUID: uuidOf(dn) }]));
  const make = (options: ldapjs.ServerOptions) => {
    const server = ldapjs.createServer(options);
    server.bind("", (request: { dn: ldapjs.DN; credentials: string }, response: { end: () => void }, next: (error?: unknown) => void) => {
      const right = String(request.dn).replaceAll(" ", "") === bindDn && request.credentials === password;
      if (!right) return next(new ldapjs.InvalidCredentialsError("wrong"));
      response.end();
      return next();
    });
    server.search("", (request: ldapjs.SearchRequest & { dn: ldapjs.DN }, response: { send: (entry: unknown) => void; end: () => void }, next: (error?: unknown) => void) => {
      const asked = String(request.dn).replaceAll(" ", "");
      if (![...entries.keys(), base].some((dn) => dn === asked)) return next(new ldapjs.NoSuchObjectError(asked));
      for (const [dn, attributes] of entries) if ((dn === asked || dn.endsWith(`,${asked}`)) && request.filter.matches(attributes)) response.send({ dn, attributes });
      response.end();
      return next();
    });
    return server;
  };
  const [plain, secure] = [make({}), make({ certificate: serverKey.cert, key: serverKey.key })];
  const [plainPort, tlsPort] = [await getPort(), await getPort()];
  await new Promise<void>((resolve) => plain.listen(plainPort, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => secure.listen(tlsPort, "127.0.0.1", resolve));
  return {
    kind: "in process", plainPort, tlsPort,
    add: async (dn, attributes) => void entries.set(dn, { ...attributes, entryUUID: uuidOf(dn) }),
    del: async (dn) => void entries.delete(dn),
    close: async () => {
      for (const server of [plain, secure]) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function uuidOf(dn: string): string {
  const hex = createHash("sha256").update(dn).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
