// Checks a proof bundle of Countersign without Countersign: node verify-proof.mjs <bundle> --key <public key>
//
// This one file is the code that the portal's own page 'Proof' runs. It needs Node 18 or newer and nothing else; it reads the files
// that it is given and opens no connection. What it checks, and how to do so by hand, is in docs/proof-bundle.md.
//
// Made from scripts/verify-proof.ts and what it imports by scripts/offline-verifier.ts. Not to be edited.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

// lib/proof/link.ts

/** `open`: it has not happened yet, or could not be checked here in a part. */
function stateOf(link) {
    if (link.findings.some(({ ok }) => ok === false))
        return "bad";
    return link.findings.length === 0 || link.findings.some(({ ok }) => ok === null) ? "open" : "ok";
}

// lib/audit/proof/merkle.ts

/** Leaf hash of RFC 9162, 2.1.1: SHA-256(0x00 || data). */
function leafHash(data) {
    return createHash("sha256").update(leafPrefix).update(data).digest();
}
/** Interior node of RFC 9162, 2.1.1: SHA-256(0x01 || left || right). */
function nodeHash(left, right) {
    return createHash("sha256").update(nodePrefix).update(left).update(right).digest();
}
const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

// lib/proof/inclusion.ts

/** The root that a leaf has with an inclusion proof (RFC 9162, 2.1.3.2); null when the proof has not the length that it must have. */
function rootOf(leaf, index, size, path) {
    if (index < 0 || index >= size)
        return null;
    let [at, last, hash] = [index, size - 1, leaf];
    for (const sibling of path) {
        if (last === 0)
            return null;
        if (at % 2 === 1 || at === last) {
            hash = nodeHash(sibling, hash);
            while (at % 2 === 0 && at !== 0)
                [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
        }
        else {
            hash = nodeHash(hash, sibling);
        }
        [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    }
    return last === 0 ? hash : null;
}

// lib/proof/shape.ts

const isText = (value) => typeof value === "string";
const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
function isRecord(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
const nullOr = (shape) => (value) => value === null || shape(value);
const maybe = (shape) => (value) => value === undefined || shape(value);
const oneOf = (...values) => (value) => values.includes(value);
const listOf = (shape, most) => (value) => Array.isArray(value) && value.length <= most && value.every(shape);
/** An object with these members; `others`: whether it may have more. */
function objectOf(members, { others = false } = {}) {
    return (value) => isRecord(value) && Object.entries(members).every(([name, shape]) => shape(value[name])) && (others || Object.keys(value).every((name) => Object.hasOwn(members, name)));
}
/** The text as JSON; undefined when it is none. */
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

// lib/proof/event-body.ts

const isApproval = objectOf({ id: isText, required: (value) => typeof value === "boolean", by: nullOr(isText), policyVersion: nullOr((value) => typeof value === "number") }, { others: true });
const isBody = objectOf({
    v: oneOf(1), id: isText, organization: isText, time: isText, action: isText, requestId: isText, details: isRecord,
    actor: objectOf({ kind: isText, id: isText, name: isText, ip: nullOr(isText), userAgent: nullOr(isText), roles: maybe(Array.isArray), session: maybe(isText) }, { others: true }),
    resource: objectOf({ type: isText, id: isText, name: isText, workspace: nullOr(isText) }, { others: true }),
    outcome: oneOf("success", "failure", "blocked"),
    severity: oneOf("info", "notice", "warning", "critical"),
    approval: maybe(isApproval),
}, { others: true });
/** Reads the body of an event; null when it is none. */
function readBody(body) {
    const parsed = parseJson(body);
    return isBody(parsed) ? parsed : null;
}
/** A member of an event's details, or of an object in them, as text; null when it is none. */
function textOf(value) {
    return typeof value === "string" ? value : null;
}
/** One event was written after the other, by the stream's order and by its own time. */
function isBefore(first, second) {
    return first.seq < second.seq && first.body.time <= second.body.time;
}

// lib/audit/proof/chain.ts

/** The chain before the first event: SHA-256 of the organization's id as text. */
function chainStart(organizationId) {
    return createHash("sha256").update(organizationId, "utf8").digest();
}
/** chain(n) = SHA-256(chain(n-1) || n as 8 bytes, big-endian || leaf(n)); the same as `audit_append` computes in SQL. */
function chainNext(previous, seq, leaf) {
    const position = Buffer.alloc(8);
    position.writeBigInt64BE(BigInt(seq));
    return createHash("sha256").update(previous).update(position).update(leaf).digest();
}

// lib/audit/proof/note.ts

const ed25519 = Buffer.from([1]);
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
/** The key's text form is `<name>+<id as hex>+<base64(0x01 || public key)>` (C2SP signed-note, 'verifier keys'). */
function verifierKey(name, publicKey) {
    if (!/^[^\s+]+$/u.test(name))
        throw new Error("a key's name has no spaces and no plus sign");
    if (publicKey.asymmetricKeyType !== "ed25519")
        throw new Error("the key must be an Ed25519 key");
    const typed = Buffer.concat([ed25519, rawPublicKey(publicKey)]);
    const id = createHash("sha256").update(`${name}\n`).update(typed).digest("hex").slice(0, 8);
    return { name, id, publicKey, text: `${name}+${id}+${typed.toString("base64")}` };
}

/**
 * Reads a verifier key.
 * @throws Error when it is not one, or its id does not belong to its name and key.
 */
function parseVerifierKey(text) {
    const [, name = "", id, encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text.trim()) ?? [];
    const typed = Buffer.from(encoded, "base64");
    if (typed.length !== 33 || typed[0] !== 1)
        throw new Error("this is not a verifier key: it should look like name+0123abcd+AQ…");
    const key = createPublicKey({ key: Buffer.concat([spkiPrefix, typed.subarray(1)]), format: "der", type: "spki" });
    const parsed = verifierKey(name, key);
    if (parsed.id !== id)
        throw new Error(`the verifier key is damaged: its id should be ${parsed.id}`);
    return parsed;
}

/** Opens a note: its text if the key signed it, or why it is not to be believed. Lines of other keys are passed over. */
function openNote(note, key) {
    const split = note.lastIndexOf("\n\n");
    if (split < 0 || !note.endsWith("\n"))
        return { ok: false, problem: "malformed" };
    const text = note.slice(0, split + 1);
    const problem = checkSignatures(text, note.slice(split + 2), key);
    return problem ? { ok: false, problem } : { ok: true, text };
}
/** Whether one of the signature lines is the key's own over the text; null when it is. */
function checkSignatures(text, lines, key) {
    for (const line of lines.slice(0, -1).split("\n")) {
        const [, name, encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
        const bytes = Buffer.from(encoded, "base64");
        // Base64 has several spellings of the same bytes; only one of them was signed and hashed.
        if (!name || bytes.length <= 4 || bytes.toString("base64") !== encoded)
            return "malformed";
        if (name !== key.name || bytes.toString("hex", 0, 4) !== key.id)
            continue;
        return verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4)) ? null : "bad_signature";
    }
    return "wrong_key";
}
function rawPublicKey(key) {
    return key.export({ type: "spki", format: "der" }).subarray(-32);
}

// lib/audit/proof/checkpoint-note.ts

const shape = /^(?<name>[^\s+]+)\/(?<organization>[0-9a-f-]{36})\n(?<size>0|[1-9]\d{0,15})\n(?<root>[A-Za-z0-9+/]{43}=)\nchain (?<chain>[0-9a-f]{64})\n$/u;
/** Opens a checkpoint if the key signed it. */
function openCheckpoint(note, key) {
    const opened = openNote(note, key);
    if (!opened.ok)
        return opened;
    const found = shape.exec(opened.text)?.groups;
    if (!found || found.name !== key.name)
        return { ok: false, problem: "malformed" };
    const { organization = "", size, root = "", chain = "" } = found;
    return {
        ok: true,
        checkpoint: { organizationId: organization, size: Number(size), root: Buffer.from(root, "base64"), chain: Buffer.from(chain, "hex") },
    };
}

// lib/proof/check-record.ts

/** Checks that the events are what the stream holds: each one's own hashes, their order, and their places in a tree that was signed. */
function checkRecord(bundle, key) {
    const count = bundle.events.length === 1 ? "1 event" : `${bundle.events.length} events`;
    const findings = bundle.events.flatMap((event, at) => checkEvent(bundle, event, bundle.events[at - 1]));
    if (findings.length === 0)
        findings.push({ what: `The hashes of ${count} fit what is said, and their order in the chain`, ok: true });
    findings.push(...checkPlaces(bundle, key));
    const opened = bundle.checkpoint === null ? null : openCheckpoint(bundle.checkpoint, key);
    const says = opened?.ok ? `${count} of a stream that had ${opened.checkpoint.size} when it was signed by ${key.name}+${key.id}.` : `${count}.`;
    return { id: "record", title: "Record", says, at: null, seq: null, findings };
}
/** What is wrong with one event; nothing where nothing is. */
function checkEvent(bundle, event, previous) {
    const bad = (why) => [{ what: `Event ${event.seq}: ${why}`, ok: false }];
    const leaf = leafHash(event.body);
    if (leaf.toString("hex") !== event.leaf)
        return bad("its content does not have the hash that was recorded for it, so it was changed");
    if (chainNext(Buffer.from(event.prev, "hex"), event.seq, leaf).toString("hex") !== event.chain)
        return bad("its place or one of its hashes does not fit the chain");
    if (readBody(event.body)?.organization !== bundle.organization.id)
        return bad("it is not one of this organization");
    if (event.seq === 1 && event.prev !== chainStart(bundle.organization.id).toString("hex"))
        return bad("the chain does not begin where this organization's does");
    if (event.seq > bundle.upTo)
        return bad("it is later than the bundle says that it goes");
    if (!previous)
        return [];
    if (previous.seq >= event.seq)
        return bad("it stands before an event that came before it");
    return previous.seq + 1 === event.seq && previous.chain !== event.prev ? bad("it does not follow on the event before it") : [];
}
function checkPlaces(bundle, key) {
    if (bundle.checkpoint === null)
        return [{ what: "The events are in a signed checkpoint", ok: null, why: "None was signed since; there is one about every minute." }];
    const opened = openCheckpoint(bundle.checkpoint, key);
    if (!opened.ok)
        return [{ what: `The checkpoint is signed by ${key.name}+${key.id}`, ok: false }];
    const { organizationId, size, root } = opened.checkpoint;
    const findings = [{ what: `The checkpoint of ${size} events is signed by ${key.name}+${key.id}, for this organization`, ok: organizationId === bundle.organization.id }];
    const missing = bundle.events.filter(({ seq, leaf, path }) => !path || !rootOf(Buffer.from(leaf, "hex"), seq - 1, size, path.map((hash) => Buffer.from(hash, "base64")))?.equals(root));
    const waiting = missing.filter(({ path }) => path === null);
    for (const { seq, path } of missing)
        if (path)
            findings.push({ what: `Event ${seq}: its inclusion proof does not lead to the signed root`, ok: false });
    if (waiting.length > 0)
        findings.push({ what: "Every event is in the signed checkpoint", ok: null, why: `Not yet: ${waiting.map(({ seq }) => seq).join(", ")}. The next checkpoint, within about a minute, holds them.` });
    if (missing.length === 0)
        findings.push({ what: `Each event is in its tree: the inclusion proofs (RFC 9162) lead to the signed root`, ok: true });
    return findings;
}

// lib/proof/webauthn.ts

/** Whether a key signed for this challenge, on a page of this origin, for this relying party, with somebody present (WebAuthn Level 3, 7.2). */
function isSignedBy(given, { challenge, origin, rpId }) {
    const [clientData, authenticatorData, signature] = [given.clientDataJSON, given.authenticatorData, given.signature].map((each) => Buffer.from(each, "base64url"));
    if (!clientData || !authenticatorData || !signature || authenticatorData.length < 37)
        return false;
    const said = parseJson(clientData.toString("utf8"));
    if (!isRecord(said) || said.type !== "webauthn.get" || said.challenge !== challenge || said.origin !== origin)
        return false;
    const isOfParty = authenticatorData.subarray(0, 32).equals(createHash("sha256").update(rpId).digest());
    const isPresent = ((authenticatorData[32] ?? 0) & 1) === 1;
    const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
    return isOfParty && isPresent && isSignature(signed, signature, Buffer.from(given.publicKey, "base64url"));
}
/** By the number of its algorithm (IANA, COSE algorithms) the hash that it signs; null: it hashes by itself. */
const hashes = { [-7]: "sha256", [-8]: null, [-35]: "sha384", [-36]: "sha512", [-257]: "sha256", [-258]: "sha384", [-259]: "sha512" };
function isSignature(signed, signature, coseKey) {
    try {
        const members = readCoseKey(coseKey);
        const hash = hashes[Number(members.get(3))];
        return hash !== undefined && verify(hash, signed, publicKeyOf(members), signature);
    }
    catch {
        return false;
    }
}
function publicKeyOf(members) {
    const text = (label) => {
        const value = members.get(label);
        if (!(value instanceof Buffer))
            throw new Error("the key lacks a part");
        return value.toString("base64url");
    };
    const [type, curve] = [members.get(1), Number(members.get(-1))];
    if (type === 2)
        return createPublicKey({ format: "jwk", key: { kty: "EC", crv: ["", "P-256", "P-384", "P-521"][curve] ?? "", x: text(-2), y: text(-3) } });
    if (type === 3)
        return createPublicKey({ format: "jwk", key: { kty: "RSA", n: text(-1), e: text(-2) } });
    if (type === 1 && curve === 6)
        return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: text(-2) } });
    throw new Error("the key is of no known type");
}
/** A COSE key is a CBOR map (RFC 8949) of small numbers to numbers and byte strings; nothing else of CBOR is read. */
function readCoseKey(bytes) {
    let at = 0;
    const head = () => {
        const first = bytes.readUInt8(at);
        at += 1;
        const [major, short] = [first >> 5, first & 31];
        if (short < 24)
            return { major, value: short };
        const length = { 24: 1, 25: 2, 26: 4 }[short];
        if (!length)
            throw new Error("the key is not in its shortest form");
        at += length;
        return { major, value: bytes.readUIntBE(at - length, length) };
    };
    const item = () => {
        const { major, value } = head();
        if (major === 0)
            return value;
        if (major === 1)
            return -1 - value;
        if (major !== 2 || at + value > bytes.length)
            throw new Error("the key holds something else than numbers and bytes");
        at += value;
        return bytes.subarray(at - value, at);
    };
    const { major, value: count } = head();
    if (major !== 5 || count > 16)
        throw new Error("the key is no map");
    const members = new Map();
    for (let left = count; left > 0; left -= 1)
        members.set(Number(item()), item());
    return members;
}

// lib/proof/canonical.ts

/** Canonical JSON (RFC 8785) of what was parsed from JSON: members in the order of their names' UTF-16 code units, no white space. */
function canonicalJson(value) {
    if (Array.isArray(value))
        return `[${value.map(canonicalJson).join(",")}]`;
    if (typeof value !== "object" || value === null)
        return JSON.stringify(value) ?? "null";
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}

// lib/proof/digest.ts

/**
 * The digest that an approval is bound to, of its parts: SHA-256 over their RFC 8785 form. The arguments are text in that form
 * already, and stand in it as they are.
 */
function digestOf(parts, argumentsText) {
    const all = argumentsText === null ? parts : { ...parts, arguments: null };
    const members = Object.keys(all)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${key === "arguments" && argumentsText !== null ? argumentsText : canonicalJson(parts[key])}`);
    return hashOfText(`{${members.join(",")}}`);
}
/** SHA-256 of a text's UTF-8 form, hexadecimal. */
function hashOfText(text) {
    return createHash("sha256").update(text).digest("hex");
}

// lib/proof/check-assertion.ts

/** Checks what a security key signed: that it is what the event names, that its signature fits, and that it signed for this and nothing else. */
function checkAssertion(assertion, expected) {
    const { proof: _id, ...kept } = assertion;
    const parsed = parseJson(kept.statement);
    const statement = isRecord(parsed) && parsed.kind === "countersign.step-up" && parsed.v === 1 ? parsed : null;
    const challenge = createHash("sha256").update(kept.statement).digest("base64url");
    const isTheirs = statement?.organization === expected.organization && statement.person === expected.person && statement.session === expected.session;
    return [
        { what: "The event of the decision names this assertion by its SHA-256", ok: hashOfText(canonicalJson(kept)) === expected.assertionSha256 },
        { what: `The key's signature fits, over a challenge that is the SHA-256 of the statement, made at ${kept.origin}`, ok: isSignedBy(kept, { challenge, origin: kept.origin, rpId: kept.rpId }) },
        { what: "The statement is of this organization, of who decided, in the session in which they decided", ok: isTheirs },
        { what: `The statement is for ${expected.forWhat}`, ok: statement?.verb === expected.verb && statement.object === expected.object },
    ];
}

// lib/proof/check-step-up.ts

const methods = { totp: "an authenticator app", email: "a code by mail", sms: "a code by text message", recovery: "a recovery code", password: "their password", sign_in: "having come in just before" };
/** How a person proved anew who they are, for this and nothing else: what a security key signed, or the portal's word for anything else. */
function checkStepUp(bundle, { body }, about) {
    const said = body.details.proof;
    const loud = body.details.risk === "CRITICAL" ? "A CRITICAL request" : body.details.breakGlass === true ? "What is decided alone" : null;
    // Whoever decided in a chat had no session: see `checkChat`.
    if (!said && !loud && body.details.chat)
        return [];
    if (!said)
        return loud ? [{ what: `${loud} is decided with a fresh proof of who decides`, ok: false }] : [{ what: "No fresh proof was asked for, since it is not CRITICAL; they were signed in", ok: body.actor.session !== undefined }];
    const [method, at] = [textOf(said.method) ?? "?", textOf(said.provedAt) ?? "?"];
    const hash = textOf(said.assertionSha256);
    if (hash === null)
        return [{ what: `They proved who they are for this decision by ${methods[method] ?? method} at ${at}, as the portal attests: only a security key leaves something that can be checked later`, ok: at <= body.time }];
    const assertion = bundle.assertions.find(({ proof }) => proof === said.id);
    if (!assertion)
        return [{ what: "The assertion of their security key is in the bundle", ok: false }];
    const verb = body.action === "approvals.narrowed" ? "approvals.narrow" : about.verb;
    const expected = { ...about, verb, organization: bundle.organization.id, person: body.actor.id, session: body.actor.session, assertionSha256: hash };
    return [{ what: `They proved who they are by a security key at ${at}`, ok: at <= body.time }, ...checkAssertion(assertion, expected), enrolled(bundle, said, body.actor.id, assertion.publicKey)];
}
/** The event with which the key was added to its person's account, where it is in the bundle. */
function enrolled(bundle, said, personId, publicKey) {
    const added = bundle.events.map(({ body }) => readBody(body)).find((body) => body?.action === "people.factor_added" && body.details.factor === said.factor);
    const what = "The public key is the one that was added to their account";
    if (!added || added.details.publicKeySha256 === undefined)
        return { what, ok: null, why: "The event with which it was added is not in the bundle, or older than such events name keys." };
    const hash = createHash("sha256").update(Buffer.from(publicKey, "base64url")).digest("hex");
    return { what: `${what} at ${added.time}`, ok: added.details.publicKeySha256 === hash && added.resource.id === personId };
}

// lib/proof/check-uses.ts

/** Every time that a lease let something pass, up to the export, within what it was issued for. */
function checkLeaseUses(of) {
    const issued = of.events.find(({ body }) => body.action === "leases.issued" && body.approval?.id === of.bundle.approval.id);
    if (!issued)
        return [];
    const { resource, details } = issued.body;
    const mine = of.events.filter(({ body }) => body.resource.id === resource.id);
    const uses = mine.filter(({ body }) => body.action === "leases.used");
    const revoked = mine.find(({ body }) => body.action === "leases.revoked");
    const spent = uses.reduce((sum, { body }) => sum + Number(body.details.costMicros), 0);
    const findings = [
        ...counted(uses.map(({ body }) => Number(body.details.use)), Number(details.maxUses)),
        { what: "Each is of this agent, after it was issued and before it ended", ok: uses.every((use) => use.body.details.agentId === details.agentId && use.seq > issued.seq && use.body.time <= String(details.expiresAt)) },
        { what: "Each cost at most what one may, and all together what all may", ok: uses.every(({ body }) => Number(body.details.costMicros) <= Number(details.costEachMicros)) && spent <= Number(details.costTotalMicros) },
        notAfter(uses, revoked),
        ...complete(of),
    ];
    const last = uses.at(-1);
    const ended = revoked ? ` It was revoked by ${revoked.body.actor.name} at ${revoked.body.time}: “${textOf(revoked.body.details.reason) ?? ""}”` : "";
    return [{ id: "uses", title: "Uses of the lease", says: `Used ${uses.length} of ${String(details.maxUses)} times until the export.${listed(uses)}${ended}`, at: last?.body.time ?? null, seq: last?.seq ?? null, findings }];
}
/** Each standing approval that was granted from this request, by whom and for what, and every action that it let go on. */
function checkStandings(of) {
    return of.events.filter(({ body }) => body.action === "standing.granted" && body.details.approvalId === of.bundle.approval.id).map((granted) => checkStanding(of, granted));
}
function checkStanding(of, granted) {
    const { resource, details, actor, time } = granted.body;
    const uses = of.events.filter(({ body }) => body.action === "actions.decided" && body.details.standingId === resource.id);
    const revoked = of.events.find(({ body }) => body.action === "standing.revoked" && body.resource.id === resource.id);
    const spent = uses.reduce((sum, { body }) => sum + Number(body.details.reservedMicros), 0);
    const owner = of.decisions.map(({ body }) => body.details.requesterPersonId).find((id) => typeof id === "string");
    const findings = [
        { what: "A person granted it, who saw what this request has the digest of", ok: actor.kind === "person" && actor.id !== owner && details.digest === textOf(of.asked?.body.details.digest) && of.asked !== undefined && of.asked.seq < granted.seq },
        ...checkStepUp(of.bundle, granted, { verb: "standing.grant", object: of.bundle.approval.id, forWhat: "granting one from this request" }),
        { what: "Each use names it, this request and who granted it, and was after it was granted and before it ended", ok: uses.every((use) => use.body.approval?.id === of.bundle.approval.id && use.body.approval.by === actor.id && use.seq > granted.seq && use.body.time <= String(details.validUntil)) },
        { what: "Each is of the same agent, tool, operation and policy version, not riskier, and none is CRITICAL", ok: uses.every(({ body }) => isLike(body.details, details)) },
        { what: `It was used at most ${String(details.usesMost)} times, and for no more money than it allows`, ok: uses.length <= Number(details.usesMost) && spent <= Number(details.costTotalMicros) && uses.every(({ body }) => Number(body.details.reservedMicros) <= Number(details.costEachMicros)) },
        notAfter(uses, revoked),
        ...complete(of),
    ];
    const ended = revoked ? ` ${revoked.body.actor.name} revoked it at ${revoked.body.time}.` : "";
    const says = `${actor.name} lets what is like it go on without asking, until ${String(details.validUntil)}: “${textOf(details.reason) ?? ""}” Used ${uses.length} of ${String(details.usesMost)} times until the export.${listed(uses)}${ended}`;
    return { id: "standing", title: `Standing approval ${resource.id}`, says, at: time, seq: granted.seq, findings };
}
const risks = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];
function isLike(use, scope) {
    const isSame = ["agentId", "tool", "operation", "policyVersion"].every((name) => use[name] === scope[name]);
    return isSame && use.risk !== "CRITICAL" && risks.includes(String(use.risk)) && risks.indexOf(String(use.risk)) <= risks.indexOf(String(scope.riskAtMost));
}
function counted(numbers, most) {
    const isWhole = [...numbers].sort((one, other) => one - other).every((number, at) => number === at + 1);
    return [{ what: "The uses are counted from 1 without a gap, none twice, and no more than it allows", ok: isWhole && numbers.length <= most }];
}
function notAfter(uses, revoked) {
    return { what: revoked ? `None came after it was revoked (event ${revoked.seq})` : "It was not revoked until the export", ok: !revoked || uses.every(({ seq }) => seq < revoked.seq) };
}
function complete({ bundle: { leftOut = 0 } }) {
    return leftOut === 0 ? [] : [{ what: "Every use until the export is in the bundle", ok: null, why: `${leftOut} more than fit; a complete export of the stream has them.` }];
}
function listed(uses) {
    if (uses.length === 0)
        return "";
    const first = uses.slice(0, 10).map(({ seq, body }) => `${body.time} (event ${seq})`);
    return ` At ${first.join(", ")}${uses.length > first.length ? `, and ${uses.length - first.length} more` : ""}.`;
}

// lib/proof/check-stages.ts

/** That what had to agree did: every stage in its order, by as many different people as it asks, or by one who may end it alone. */
function checkStages(of) {
    const { plan } = of.bundle;
    const ended = of.decided?.body.details;
    if (!plan || !ended || of.decisions.length === 0)
        return [];
    const people = of.decisions.flatMap(({ body }) => [body.actor.id, ...(textOf(body.details.onBehalfOf) ? [textOf(body.details.onBehalfOf)] : [])]);
    const order = of.decisions.map(({ body }) => Number(body.details.stage));
    const findings = [
        { what: "Nobody counts twice, also not for somebody else", ok: new Set(people).size === people.length },
        { what: "The stages were decided in their order", ok: order.every((stage, at) => at === 0 || stage >= (order[at - 1] ?? 0)) },
    ];
    if (ended.leadsTo === "approved" || (ended.leadsTo === undefined && ended.decision === "approved"))
        findings.push(...plan.stages.map((stage, at) => checkStageEnd(of, plan.stages, stage, at)));
    if (ended.leadsTo === "rejected") {
        const stage = plan.stages[Number(ended.stage)];
        const no = of.decisions.filter(({ body }) => body.details.stage === ended.stage && body.details.decision === "rejected").length;
        findings.push({ what: `${no} of at least ${stage?.rejections ?? "?"} rejected it in “${stage?.name ?? "?"}”`, ok: stage !== undefined && no >= stage.rejections });
    }
    const words = plan.stages.map((stage, at) => `${at + 1}. ${stage.name}: ${stage.anyOf.map(({ count, people: who }) => `${count} of ${who.map(whom).join(", ")}`).join("; or ")}`);
    return [{ id: "stages", title: "Stages", says: `Who had to agree: ${words.join(". ")}.`, at: of.decided?.body.time ?? null, seq: null, findings }];
}
function whom({ kind, role, personId }) {
    if (kind === "role")
        return `the role ${String(role).replaceAll("_", " ")}`;
    if (kind === "person")
        return `the person ${String(personId)}`;
    return kind === "agent_manager" ? "who manages the agent" : "who may decide";
}
function checkStageEnd(of, stages, stage, at) {
    const here = of.decisions.filter(({ body }) => body.details.stage === at && body.details.decision === "approved");
    const glass = of.decisions.find(({ body }) => body.details.breakGlass === true && body.details.decision === "approved" && Number(body.details.stage) <= at);
    // Who breaks the glass ends their stage, and those after it in which they are named too.
    const isAlone = glass !== undefined && stages.slice(Number(glass.body.details.stage), at + 1).every(({ breakGlass }) => breakGlass.includes(glass.body.actor.id));
    if (isAlone)
        return { what: `“${stage.name}” was ended alone by ${glass.body.actor.name}`, ok: true };
    const further = stage.escalations.flatMap(({ people }) => people);
    const counts = stage.anyOf.map(({ count, people }) => ({ count, yes: here.filter((event) => [...people, ...further].some((one) => isOne(one, event))).length }));
    const most = counts.reduce((best, each) => (each.yes - each.count > best.yes - best.count ? each : best), counts[0] ?? { count: 1, yes: 0 });
    return { what: `“${stage.name}”: ${most.yes} of ${most.count} that it asks agreed`, ok: most.yes >= most.count };
}
/** Whether who decided is one of those who are meant, as far as the events say: roles of who gave their part, and managers, are the portal's word. */
function isOne(people, { body }) {
    const behalf = textOf(body.details.onBehalfOf);
    if (people.kind === "person")
        return people.personId === (behalf ?? body.actor.id);
    if (people.kind !== "role" || behalf !== null)
        return true;
    const heldBy = Array.isArray(people.heldBy) ? people.heldBy : [people.role];
    return body.actor.roles?.some((role) => heldBy.includes(role)) ?? false;
}

// lib/proof/case.ts

function caseOf(bundle) {
    const events = bundle.events.flatMap(({ seq, body }) => {
        const read = readBody(body);
        return read ? [{ seq, body: read }] : [];
    });
    const { approval, action } = bundle;
    const allAsked = events.filter(({ body }) => (approval.kind === "action" ? body.action === "actions.decided" && body.resource.id === action : body.action === "approvals.requested" && body.resource.id === approval.id));
    const decisions = events.filter(({ body }) => body.action === "approvals.decided" && body.resource.id === approval.id);
    const [asked] = allAsked;
    return { bundle, events, asked, allAsked, decisions, decided: decisions.at(-1), digest: bundle.digest?.sha256 ?? textOf(asked?.body.details.digest) };
}
/** Events of these names about the request's action or its run. */
function ofAction({ events, bundle: { action, run } }, names) {
    return events.filter(({ body }) => names.includes(body.action) && (body.resource.id === action || body.resource.id === run));
}
/** Events of these names about the request itself. */
function ofRequest({ events, bundle: { approval } }, names) {
    return events.filter(({ body }) => names.includes(body.action) && body.resource.id === approval.id);
}
function hasDigest(event, digest) {
    return { what: `The event has the digest ${digest ?? "?"}`, ok: digest !== null && textOf(event.body.details.digest) === digest };
}
/** The digest under which it was asked, followed through what people narrowed until that event, each step of which is one. */
function digestAt(of, end) {
    let digest = textOf(of.asked?.body.details.digest);
    for (const { seq, body } of of.events) {
        if (seq < end && digest !== null && body.action === "approvals.narrowing_accepted" && body.details.digestBefore === digest)
            digest = textOf(body.details.digest);
    }
    return digest;
}

// lib/proof/check-request.ts

/** That it was asked once, for exactly what the digest is of. `given`: the arguments, where the bundle keeps them back. */
function checkRequest(of, given) {
    const { bundle, asked, digest } = of;
    const findings = [{ what: "There is one event in which it was asked", ok: of.allAsked.length === 1 }];
    if (asked) {
        const first = textOf(asked.body.details.digest);
        findings.push({ what: digest === first ? `The event has the digest ${digest}` : `The event's digest leads to ${digest ?? "?"}, by what was narrowed`, ok: digest !== null && digestAt(of, Infinity) === digest });
        if (bundle.approval.kind === "action")
            findings.push({ what: "The answer was that a person must decide, and names this request", ok: asked.body.details.decision === "needs_approval" && asked.body.approval?.id === bundle.approval.id });
    }
    if (bundle.digest)
        findings.push(...checkDigest(bundle.digest, given));
    else
        findings.push({ what: "What the digest is of", ok: null, why: "The bundle does not have it." });
    const message = textOf(asked?.body.details.message) ?? textOf(asked?.body.details.reason);
    const says = asked ? `${asked.body.actor.name} asked for ${asked.body.resource.name}${message ? `: ${message}` : ""}` : "The event of the request is missing.";
    return { id: "request", title: "Request", says, at: asked?.body.time ?? null, seq: asked?.seq ?? null, findings };
}
function checkDigest({ sha256: expected, parts, arguments: args }, given) {
    if (!args)
        return [{ what: `The digest was computed again from its parts: ${Object.keys(parts).sort().join(", ")}`, ok: digestOf(parts, null) === expected }];
    const what = "The digest was computed again from its parts: agent, tool, operation, resource, arguments and policies";
    const known = args.text ?? given;
    if (known === undefined)
        return [{ what, ok: null, why: keptBack(args) }];
    return [
        { what: "The arguments have the SHA-256 that the bundle says", ok: hashOfText(known) === args.sha256 },
        { what, ok: digestOf(parts, known) === expected },
    ];
}
function keptBack({ sha256, why }) {
    return `${why ?? "It is not in the bundle."} Whoever has the text can check it: its SHA-256 is ${sha256}.`;
}

// lib/proof/check-policies.ts

/** Under which policies it was asked, each with its version and text, and who had to agree by them. */
function checkPolicies(of) {
    const { policies, digest } = of.bundle;
    if (!policies)
        return [];
    const lines = namedIn(of);
    const findings = [];
    if (lines && of.bundle.approval.kind === "action")
        findings.push({ what: "The policies that the event names have the SHA-256 that the digest holds", ok: hashOfText(lines.join("\n")) === digest?.parts.policies });
    if (lines)
        findings.push({ what: "Each of them is in the bundle, in that version", ok: lines.every((line) => line.startsWith("parent ") || policies.some((policy) => lineOf(policy) === line)) });
    findings.push(...policies.flatMap((policy) => checkPolicy(of, policy, lines ?? [])), ...checkPlan(of));
    if (findings.length === 0)
        return [];
    const named = policies.map(nameOf);
    return [{ id: "policies", title: "Policies in force", says: named.length > 0 ? `Asked under ${named.join(", ")}. Their texts are in the bundle.` : "Asked under no document; one person who may decide is asked.", at: of.asked?.body.time ?? null, seq: of.asked?.seq ?? null, findings }];
}
const kindWords = { agent: "policy", approvals: "approval policy", capabilities: "capability grid", cedar: "Cedar policies", classification: "risk rules", egress: "network rules" };
function nameOf({ kind, scopeType, version }) {
    return `the ${scopeType}'s ${kindWords[kind] ?? kind}, version ${version}`;
}
/** The lines that say which documents were in force: in the event of an action, in the digest's parts of a child agent. */
function namedIn({ bundle, asked }) {
    if (bundle.approval.kind === "spawn")
        return typeof bundle.digest?.parts.policies === "string" ? bundle.digest.parts.policies.split("\n").filter(Boolean) : null;
    const marks = asked?.body.details.policyMarks;
    return Array.isArray(marks) ? marks.map(String) : null;
}
function lineOf({ kind, scopeType, scopeId, version, sha256 }) {
    return `${kind} ${scopeType} ${scopeId} ${version} ${sha256}`;
}
function checkPolicy({ bundle, events, asked }, policy, lines) {
    const { kind, scopeId, version, sha256, text } = policy;
    const name = nameOf(policy);
    const findings = [text === undefined ? { what: `The text of ${name}`, ok: null, why: keptBack(policy) } : { what: `The text of ${name} has the SHA-256 that is said of it`, ok: hashOfText(text) === sha256 }];
    if (lines.includes(lineOf(policy)))
        return findings;
    if (kind === "agent") {
        const written = events.find(({ body }) => body.resource.id === scopeId && (body.details.version ?? 1) === version && typeof body.details.policySha256 === "string");
        findings.push({ what: written ? `It is the version that the digest names, and the one of event ${written.seq}` : "It is the version that the digest names; that it says this is the portal's word", ok: version === bundle.digest?.parts.policyVersion && (!written || written.body.details.policySha256 === sha256) });
        return findings;
    }
    const published = events.find(({ body }) => body.action === "policies.published" && body.resource.id === scopeId && body.details.kind === kind && body.details.version === version);
    if (published)
        findings.push({ what: `It was published by ${published.body.actor.name} before it was asked: ${name} (event ${published.seq})`, ok: published.body.details.hash === sha256 && asked !== undefined && published.seq < asked.seq });
    else
        findings.push({ what: `It was published before it was asked: ${name}`, ok: null, why: "The event is not in the bundle." });
    return findings;
}
/** Who had to agree is what the policy's text says, rule by rule, and those are the rules that the event names. */
function checkPlan({ bundle: { plan, policies }, asked }) {
    if (!plan)
        return [];
    const findings = plan.stages.flatMap((stage, at) => {
        const { source } = stage;
        if (!source)
            return [];
        const text = policies?.find(({ kind, scopeId, version }) => kind === "approvals" && scopeId === source.scopeId && version === source.version)?.text;
        const what = `Stage ${at + 1}, “${stage.name}”, is what rule ${source.ruleId} says`;
        if (text === undefined)
            return [{ what, ok: null, why: "The text of that version is not in the bundle." }];
        const before = plan.stages.slice(0, at).filter((one) => one.source?.scopeId === source.scopeId && one.source.ruleId === source.ruleId).length;
        return [{ what, ok: saysSo(text, stage, before) }];
    });
    const named = asked?.body.details.approvalPolicies;
    if (Array.isArray(named)) {
        const rules = named.flatMap((one) => (isRecord(one) ? [`${String(one.scopeId)} ${String(one.version)} ${String(one.ruleId)}`] : []));
        findings.push({ what: "The event of the request names the same rules", ok: plan.stages.every(({ source }) => !source || rules.includes(`${source.scopeId} ${source.version} ${source.ruleId}`)) });
    }
    return findings;
}
/** Whether the rule of a stage says this of its stage of that number. */
function saysSo(text, stage, at) {
    const parsed = parseJson(text);
    const rules = isRecord(parsed) && Array.isArray(parsed.rules) ? parsed.rules : [];
    const rule = rules.filter(isRecord).find(({ id }) => id === stage.source?.ruleId);
    const answer = isRecord(rule?.answer) && rule.answer.kind === "ask" ? rule.answer : {};
    const said = Array.isArray(answer.stages) ? answer.stages[at] : undefined;
    if (!isRecord(said))
        return false;
    const anyOf = stage.anyOf.map(({ count, people }) => ({ count, people: people.map(({ heldBy: _held, ...one }) => one) }));
    const { name, rejections, reasonPattern, delegation, breakGlass } = stage;
    const fromText = [said.name, said.anyOf, said.rejections, answer.reasonPattern, answer.delegation, answer.breakGlass];
    return canonicalJson([name, anyOf, rejections, reasonPattern, delegation, breakGlass]) === canonicalJson(fromText);
}

// lib/proof/check-narrowing.ts

const answers = { "approvals.narrowing_accepted": "accepted", "approvals.narrowing_declined": "declined", "approvals.narrowing_withdrawn": "was taken back" };
/** Each offer of a person to approve less, and what the agent answered: only what it accepted by its digest holds. */
function checkNarrowings(of) {
    return ofRequest(of, ["approvals.narrowed"]).map((offer) => checkNarrowing(of, offer));
}
function checkNarrowing(of, offer) {
    const { details, actor, time } = offer.body;
    const [before, after] = [details.before, details.after].map((side) => (isRecord(side) ? side : {}));
    const answer = ofRequest(of, Object.keys(answers)).find(({ body }) => body.details.narrowingId === details.narrowingId);
    const findings = [
        { what: "A person offered it, for what the request was then", ok: actor.kind === "person" && of.asked !== undefined && isBefore(of.asked, offer) && textOf(before?.digest) === digestAt(of, offer.seq) },
        { what: "The amount did not grow", ok: Number(after?.amountMicros) <= Number(before?.amountMicros) },
    ];
    if (answer) {
        const { body } = answer;
        findings.push({ what: "The answer came after the offer, and names both digests", ok: isBefore(offer, answer) && sameOr(body.details.digestBefore, before?.digest) && sameOr(body.details.digest, after?.digest) });
        if (body.action === "approvals.narrowing_accepted")
            findings.push({ what: "The agent that asked accepted it itself", ok: body.actor.kind === "agent" && body.actor.id === of.asked?.body.actor.id }, ...checkBothDigests(of, after));
    }
    const became = answer ? `the agent's answer: ${answers[answer.body.action] ?? "?"}` : "the agent has not answered";
    return { id: "narrowing", title: `Offer of ${actor.name} to approve less`, says: `${actor.name} offered ${wordsOf(after)}; ${became}. “${textOf(details.reason) ?? ""}”`, at: time, seq: offer.seq, findings };
}
/** Events that give no digests say nothing else either. */
const sameOr = (said, expected) => said === undefined || said === expected;
/** The digest of what was accepted, and that of what was asked: the same parts without limits, with the arguments as they were. */
function checkBothDigests({ bundle: { digest }, asked }, after) {
    if (!digest?.arguments)
        return [{ what: "What both digests are of is in the bundle", ok: false }];
    const { limits, ...parts } = digest.parts;
    const limit = isRecord(limits) ? limits : {};
    const offered = { what: "The accepted digest is the one that was decided, with its limits of amount and time", ok: after?.digest === digest.sha256 && limit.amountMicros === after.amountMicros && (limit.seconds ?? null) === (after.seconds ?? null) };
    const original = digest.original ?? digest.arguments;
    const what = "The digest under which it was asked was computed again, from the arguments as they were";
    if (original.text === undefined)
        return [offered, { what, ok: null, why: keptBack(original) }];
    const details = asked?.body.details ?? {};
    return [offered, { what, ok: digestOf(parts, original.text) === details.digest && hashOfText(original.text) === details.argumentsSha256 }];
}
function wordsOf(after) {
    const edited = Array.isArray(after?.arguments) ? after.arguments.map(String) : [];
    const parts = [`at most ${String(after?.amountMicros)} micro-units of money`];
    if (typeof after?.seconds === "number")
        parts.push(`${after.seconds} s`);
    if (edited.length > 0)
        parts.push(`with ${edited.join(", ")} changed`);
    return parts.join(", ");
}

// lib/proof/check-grant.ts

/** That what was approved was let begin once, after the yes, and as it was approved. */
function checkGrant(of) {
    const { bundle, decided, digest } = of;
    const used = ofAction(of, ["actions.grant_used"]);
    const [first] = used;
    if (!first)
        return { id: "grant", title: "Grant", says: "The grant was not used.", at: null, seq: null, findings: [] };
    const { approval, details, actor, time } = first.body;
    return {
        id: "grant", title: "Grant", says: `The single-use grant was taken by ${actor.name}. Digest, policies, expiry and 'not yet used' were compared in the statement that marked it used.`, at: time, seq: first.seq,
        findings: [
            { what: "It was used once", ok: used.length === 1 },
            hasDigest(first, digest),
            { what: "It names this request, and who decided it last", ok: approval?.id === bundle.approval.id && decided !== undefined && approval.by === decided.body.actor.id },
            { what: "It came after the decision, which was yes", ok: decided !== undefined && isBefore(decided, first) && decided.body.details.decision === "approved" && (decided.body.details.leadsTo ?? "approved") === "approved" },
            { what: "The agent's policy was of the same version as when it was asked", ok: approval !== undefined && details.policyVersion === approval.policyVersion && approval.policyVersion === bundle.digest?.parts.policyVersion },
        ],
    };
}
/** What came of it, by the report of the agent or of the runner. */
function checkOutcome(of) {
    const ended = ofAction(of, ["actions.completed", "runs.finished"]);
    const [used] = ofAction(of, ["actions.grant_used"]);
    const [first] = ended;
    if (!first)
        return { id: "outcome", title: "Outcome", says: "No outcome was reported.", at: null, seq: null, findings: [] };
    const { details, outcome, time } = first.body;
    const hashes = [["output", details.outputSha256], ["stdout", details.stdoutSha256], ["stderr", details.stderrSha256]].flatMap(([name, value]) => (typeof value === "string" ? [`${String(name)} ${value}`] : []));
    const files = Array.isArray(details.files) ? details.files.length : 0;
    if (files > 0)
        hashes.push(`${files} file${files === 1 ? "" : "s"} in the event`);
    const left = hashes.length > 0 ? `SHA-256 of what it gave: ${hashes.join(", ")}.` : "No hash of an output was reported.";
    return {
        id: "outcome", title: "Outcome", says: `It ended: ${textOf(details.status) ?? outcome}. ${left}`, at: time, seq: first.seq,
        findings: [
            { what: "It was reported once", ok: ended.length === 1 },
            hasDigest(first, of.digest),
            { what: "It came after the grant was used, or nothing had begun", ok: used ? isBefore(used, first) : first.body.action === "runs.finished" && outcome !== "success" },
        ],
    };
}

// lib/proof/check-effect.ts

/** What a yes to money, a child agent or a lease did: exactly what was asked for, once. */
function checkEffect(of) {
    const { kind } = of.bundle.approval;
    const made = of.events.filter(({ body }) => body.action === effects[kind]?.action && isOf(of, body));
    const [first] = made;
    const title = effects[kind]?.title ?? "Effect";
    if (!first)
        return { id: "effect", title, says: "Nothing came of it.", at: null, seq: null, findings: of.decided?.body.details.leadsTo === "approved" ? [{ what: "The event of what the yes did is in the bundle", ok: false }] : [] };
    const findings = [
        { what: "It happened once", ok: made.length === 1 },
        { what: "It came after the decision, which was yes, in the same transaction", ok: of.decided !== undefined && isBefore(of.decided, first) && of.decided.body.details.decision === "approved" && of.decided.body.requestId === first.body.requestId },
        ...(effects[kind]?.check(of, first) ?? []),
    ];
    return { id: "effect", title, says: effects[kind]?.says(first) ?? "", at: first.body.time, seq: first.seq, findings };
}
const effects = {
    budget: {
        action: "budgets.raised",
        title: "Budget raised",
        says: ({ body: { details } }) => `The window until ${String(details.windowEndsAt)} was raised by ${String(raisedBy(details))} micro-units of money.`,
        check: ({ bundle }, { body: { details, resource } }) => {
            const { budgetId, windowId, amountMicros } = bundle.digest?.parts ?? {};
            return [{ what: "It is the budget, the window and the amount that were asked for", ok: resource.id === budgetId && details.windowId === windowId && raisedBy(details) === amountMicros }];
        },
    },
    spawn: {
        action: "agents.created",
        title: "Child agent",
        says: ({ body: { resource, details } }) => `The child ${resource.name} (${resource.id}) was made, until ${String(details.endsAt)}.`,
        check: ({ bundle }, { body: { details, resource } }) => {
            const { id, name, parentId, policy, scopes, endsAt, kind } = bundle.digest?.parts ?? {};
            const isSame = details.spawnRequestId === id && resource.name === name && details.managerAgent === parentId && details.kind === kind && details.endsAt === endsAt;
            return [
                { what: "It is the child that was asked for, below the agent that asked, and ends when it was to end", ok: isSame },
                { what: "It has the policy and the scopes that were asked for", ok: canonicalJson([details.policy, details.scopes]) === canonicalJson([policy, scopes]) },
            ];
        },
    },
    access: {
        action: "leases.issued",
        title: "Lease",
        says: ({ body: { resource, details } }) => `The lease ${resource.id} was issued: ${resource.name}, until ${String(details.expiresAt)}. SHA-256 of its token: ${String(details.tokenSha256)}.`,
        check: ({ bundle }, { body: { details } }) => {
            const { scope } = bundle.digest?.parts ?? {};
            const issued = isRecord(scope) ? Object.fromEntries(Object.keys(scope).map((name) => [name, details[name]])) : null;
            return [{ what: "It is for exactly what was asked: agent, tools, operations, resources, domains, uses, money and time", ok: isRecord(scope) && canonicalJson(issued) === canonicalJson(scope) }];
        },
    },
};
function raisedBy({ before, after }) {
    return isRecord(before) && isRecord(after) ? Number(after.raisedMicros) - Number(before.raisedMicros) : NaN;
}
/** Whether an event of the right name is about this request. */
function isOf({ bundle, decided }, { details, resource, requestId, approval }) {
    const parts = bundle.digest?.parts ?? {};
    if (bundle.approval.kind === "spawn")
        return details.spawnRequestId === parts.id;
    if (bundle.approval.kind === "budget")
        return resource.id === parts.budgetId && requestId === decided?.body.requestId;
    return approval?.id === bundle.approval.id;
}

// lib/proof/check-chat.ts

const chatOf = ({ body }) => body.details.chat;
/** Where it was decided, when that was in a chat; empty: in the portal. */
function whereDecided(event) {
    const chat = chatOf(event);
    return chat ? ` in the chat “${textOf(chat.name) ?? "?"}” (${textOf(chat.kind) ?? "?"}), as its user ${textOf(chat.user) ?? "?"}` : "";
}
/** Who decides in a chat has no session: it is the chat's word, and the identity provider's, and little may be decided by it. Null: it was no chat. */
function checkChat(event) {
    const chat = chatOf(event);
    if (!chat)
        return null;
    const { details, time, actor } = event.body;
    const { user, vouchedBy } = chat;
    const [who, source, at] = [textOf(user), textOf(vouchedBy?.source), textOf(vouchedBy?.at)];
    const by = source === "directory" ? "the directory" : "the identity provider";
    return [
        { what: "What is decided in a chat is an agent's action of LOW or MEDIUM risk, by nobody alone", ok: (details.risk === "LOW" || details.risk === "MEDIUM") && details.kind === "action" && details.breakGlass !== true },
        { what: `Before that, ${by} ${textOf(vouchedBy?.id) ?? "?"} had said that the chat account ${who ?? "?"} is theirs (${textOf(vouchedBy?.claim) ?? "?"}, ${at ?? "?"})`, ok: actor.session === undefined && who !== null && source !== null && at !== null && at <= time },
    ];
}

// lib/proof/check-decision.ts

/** One person's yes or no: what they saw, that they might decide it, in which stage, and how they proved who they are. */
function checkDecision(of, event) {
    const { details, actor, time } = event.body;
    const decision = textOf(details.decision) ?? "?";
    const digest = digestAt(of, event.seq) ?? of.digest;
    const findings = [
        { what: `What they saw has the digest ${digest ?? "?"}`, ok: digest !== null && textOf(details.digest) === digest },
        { what: "A person decided, after it was asked", ok: actor.kind === "person" && of.asked !== undefined && isBefore(of.asked, event) },
        notTheirOwn(of, event),
        ...checkStage(of, event),
        ...checkGlass(of, event),
        ...(checkChat(event) ?? []),
        ...checkStepUp(of.bundle, shownBy(of, event), { verb: "approvals.decide", object: `${of.bundle.approval.id} ${decision} ${textOf(details.digest) ?? ""}`, forWhat: `this request, this decision (${decision}) and this digest` }),
    ];
    const reason = textOf(details.reason);
    const stages = typeof details.stages === "number" && details.stages > 1 ? ` (stage ${Number(details.stage) + 1} of ${details.stages})` : "";
    const behalf = textOf(details.onBehalfOf) ? ` It counts for ${textOf(details.onBehalfOf)}, who gave them their part.` : "";
    const alone = details.breakGlass === true ? " They broke the glass: the policy lets them decide alone, loudly." : "";
    return { id: "decision", title: `Decision of ${actor.name}`, says: `${actor.name} ${decision} it${stages}${whereDecided(event)}.${reason ? ` “${reason}”` : ""}${behalf}${alone}`, at: time, seq: event.seq, findings };
}
/** Of what a person offered narrowed, the offer is where they gave their proof; it is good once the agent accepts. */
function shownBy(of, event) {
    const { narrowingId } = event.body.details;
    if (typeof narrowingId !== "string")
        return event;
    return ofRequest(of, ["approvals.narrowed"]).find(({ body }) => body.details.narrowingId === narrowingId && body.actor.id === event.body.actor.id) ?? event;
}
function notTheirOwn({ bundle }, { body: { details, actor } }) {
    const isOwners = details.requesterPersonId === actor.id && textOf(details.requesterPersonId) !== null;
    if (isOwners && bundle.plan?.ownerMayDecide && details.risk !== "CRITICAL")
        return { what: "They own the agent, and the approval policy lets its owner decide what is not CRITICAL", ok: true };
    return { what: "It is neither their own request, nor their agent's, nor did they make the key", ok: !isOwners && (textOf(details.keyMakerId) === null || details.keyMakerId !== actor.id) };
}
/** In which stage it counts, and that it is one of the policy version that the event names. */
function checkStage({ bundle: { plan } }, { body: { details } }) {
    if (plan === undefined || typeof details.stage !== "number")
        return [];
    if (plan === null)
        return [{ what: "No approval policy spoke of it: one person who may decide is asked", ok: details.stage === 0 && (details.stages ?? 1) === 1 && (details.approvalPolicy ?? null) === null }];
    const stage = plan.stages[details.stage];
    const named = details.approvalPolicy;
    const { source } = stage ?? { source: null };
    const isSame = stage !== undefined && details.stages === plan.stages.length && (source === null ? !named : named?.version === source.version && named.scopeId === source.scopeId && named.ruleId === source.ruleId);
    return [{ what: `It counts in the stage “${stage?.name ?? "?"}”${source ? `, of version ${source.version} of the ${source.scopeType}'s approval policy, rule ${source.ruleId}` : ""}`, ok: isSame }];
}
function checkGlass(of, { body: { details, actor, requestId } }) {
    const loud = ofRequest(of, ["approvals.glass_broken"]).find(({ body }) => body.actor.id === actor.id && body.requestId === requestId);
    if (details.breakGlass !== true)
        return loud ? [{ what: "An event says that they broke the glass; the decision does not", ok: false }] : [];
    const stage = of.bundle.plan?.stages[Number(details.stage)];
    return [
        { what: "They are among those whom the policy lets decide this stage alone", ok: stage?.breakGlass.includes(actor.id) === true },
        { what: "They gave a reason, which stands in an event of severity critical, with the same digest", ok: loud !== undefined && loud.body.severity === "critical" && Boolean(textOf(details.reason)) && loud.body.details.reason === details.reason && loud.body.details.digest === details.digest },
    ];
}

// lib/proof/check.ts

/**
 * Follows one request from event to event: what was asked and under which policies, what was narrowed, who decided, in which
 * stage and by what proof, and what came of it, all with the same digest. Needs nothing but the bundle.
 */
function checkChain(bundle, { arguments: given } = {}) {
    const of = caseOf(bundle);
    const decisions = of.decisions.map((decision) => checkDecision(of, decision));
    if (decisions.length === 0)
        decisions.push({ id: "decision", title: "Decision", says: "Nobody has decided it.", at: null, seq: null, findings: [] });
    const after = bundle.approval.kind === "action" ? [checkGrant(of), checkOutcome(of)] : [checkEffect(of), ...checkLeaseUses(of)];
    return [checkRequest(of, given), ...checkPolicies(of), ...checkNarrowings(of), ...decisions, ...checkStages(of), ...after, ...checkStandings(of)];
}

// lib/proof/bundle.ts

/** More is in no bundle: a lease is used a thousand times at most. */
const mostEvents = 2_000;
const textMembers = { sha256: isHash, bytes: isCount, text: maybe(isText), why: maybe(isText) };
const isTextPart = objectOf(textMembers);
const isPeople = listOf(objectOf({ kind: isText }, { others: true }), 50);
const isTruth = oneOf(true, false);
const isStage = objectOf({
    name: isText, rejections: isCount, reasonPattern: nullOr(isText), delegation: isTruth, breakGlass: listOf(isText, 50),
    source: nullOr(objectOf({ scopeType: isText, scopeId: isText, version: isCount, ruleId: isText }, { others: true })),
    anyOf: listOf(objectOf({ count: isCount, people: isPeople }, { others: true }), 20),
    escalations: listOf(objectOf({ afterSeconds: isCount, people: isPeople }, { others: true }), 20),
}, { others: true });
const isBundle = objectOf({
    kind: oneOf("countersign-proof-bundle"),
    v: oneOf(1, 2),
    organization: objectOf({ id: isText, name: isText }),
    approval: objectOf({ id: isText, kind: isText, risk: oneOf("LOW", "MEDIUM", "HIGH", "CRITICAL"), status: isText }),
    action: nullOr(isText),
    run: nullOr(isText),
    exportedAt: isText,
    exportedBy: objectOf({ kind: isText, id: isText, name: isText }),
    key: isText,
    upTo: isCount,
    leftOut: maybe(isCount),
    events: (value) => Array.isArray(value) && value.length > 0 && listOf(objectOf({ seq: (seq) => isCount(seq) && seq !== 0, prev: isHash, leaf: isHash, chain: isHash, body: isText, path: nullOr(listOf(isText, 64)) }), mostEvents)(value),
    checkpoint: nullOr(isText),
    digest: nullOr(objectOf({ sha256: isHash, parts: isRecord, arguments: nullOr(isTextPart), original: maybe(isTextPart) })),
    policies: maybe(listOf(objectOf({ kind: isText, scopeType: isText, scopeId: isText, version: isCount, ...textMembers }), 100)),
    plan: maybe(nullOr(objectOf({ stages: listOf(isStage, 20), ownerMayDecide: isTruth }))),
    assertions: listOf(objectOf({ proof: isText, statement: isText, credentialId: isText, publicKey: isText, clientDataJSON: isText, authenticatorData: isText, signature: isText, origin: isText, rpId: isText }), 50),
});

/**
 * Reads such a file. A bundle whose signature does not fit is given too, with the problem, so that it can be said
 * where it was changed.
 */
function openBundle(file, key) {
    const [, text = "", signature] = /^\{"bundle":(\{.*\}),"signature":"(— [^"\\]+)"\}\n?$/u.exec(file) ?? [];
    const parsed = signature ? parseJson(text) : undefined;
    if (!signature || !isBundle(parsed))
        return { bundle: null, problem: "malformed" };
    const problem = checkSignatures(`${text}\n`, `${signature}\n`, key);
    return { bundle: parsed, problem: problem ?? (file.endsWith("\n") ? null : "bytes") };
}

// lib/proof/verify-bundle.ts

const problems = {
    malformed: "The file is not a proof bundle, or was changed so that it cannot be read.",
    wrong_key: "The file is signed by another key than the one that was given.",
    bad_signature: "The signature does not fit: the file was changed after it was signed.",
    bytes: "The file was cut off after its signature.",
};
/** Checks a bundle without the portal: its signature, and then every link, also where the signature fails, to say where it was changed. */
function verifyBundle(file, key, argumentsText) {
    const { bundle, problem } = openBundle(file, key);
    if (!bundle)
        return { result: "broken", problem: problems.malformed, bundle, links: [] };
    const links = [...checkChain(bundle, { arguments: argumentsText }), checkRecord(bundle, key)];
    const states = links.map(stateOf);
    const result = problem || states.includes("bad") ? "broken" : links.some(({ findings }) => findings.some(({ ok }) => ok === null)) ? "whole" : "proven";
    return { result, problem: problem && problems[problem], bundle, links };
}

// lib/proof/bundle-words.ts

const results = {
    proven: "PROVEN: every link was checked, and fits",
    whole: "NOTHING IS WRONG, and something could not be checked: see 'not checked'",
    broken: "BROKEN",
};
const states = { ok: "ok", bad: "BROKEN", open: "not whole" };
/** A report for a terminal: each link with what was checked about it. */
function bundleWords({ result, problem, bundle, links }, key) {
    const lines = [results[result]];
    if (problem)
        lines.push(`  ${problem}`);
    if (!bundle)
        return lines.join("\n");
    lines.push(`  request       ${bundle.approval.id} (${bundle.approval.kind}, ${bundle.approval.risk}, ${bundle.approval.status})`);
    lines.push(`  organization  ${clean(bundle.organization.name)} (${bundle.organization.id})`);
    lines.push(`  exported      ${clean(bundle.exportedAt)} by ${clean(bundle.exportedBy.name)}, when the stream had ${bundle.upTo} events`);
    lines.push(`  checked with  ${key.name}+${key.id}`);
    for (const link of links) {
        lines.push("", `${clean(link.title)}: ${states[stateOf(link)]}${link.seq === null ? "" : `  (event ${link.seq}, ${clean(link.at ?? "")})`}`, `  ${clean(link.says)}`);
        lines.push(...link.findings.map(findingWords));
    }
    return lines.join("\n");
}
function findingWords({ what, ok, why }) {
    const mark = ok === null ? "not checked" : ok ? "ok" : "BROKEN";
    return `    ${mark.padEnd(12)} ${clean(what)}${why ? `. ${clean(why)}` : ""}`;
}
/** What somebody else wrote cannot move the cursor or hide anything. */
function clean(text) {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ");
}

// scripts/verify-proof.ts

const usage = `Checks the proof bundle of one request, link by link. It reads the files that it is given and nothing else: no network, no
portal, no other program. Node 18 or newer runs it.

  node verify-proof.mjs <bundle> --key <public key> [--arguments <file>]

  --key        the portal's public key (countersign+0123abcd+AQ…), or a file that holds it: as you were given it, not from the bundle
  --arguments  where the bundle keeps the arguments back: a file with their canonical JSON (RFC 8785)

It ends with 0 when nothing is wrong, 1 when something is, 2 when it could not be checked. What could not be checked for want of
something is named.`;
const largestFile = 64 * 1024 * 1024;
/** What follows a name among the arguments of the command, each once; and what stands alone. */
function readArguments(given) {
    const named = new Map();
    const alone = [];
    for (let at = 0; at < given.length; at += 1) {
        const word = given[at] ?? "";
        if (word === "--key" || word === "--arguments")
            named.set(word, given[(at += 1)] ?? "");
        else
            alone.push(word);
    }
    return { file: alone.length === 1 && !alone[0]?.startsWith("-") ? alone[0] : undefined, key: named.get("--key"), argumentsFile: named.get("--arguments") };
}
function textIn(file) {
    if (statSync(file).size > largestFile)
        throw new Error(`${file} is larger than any proof bundle`);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
}
function isFile(name) {
    return statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
}
function runCommand() {
    const { file, key: given, argumentsFile } = readArguments(process.argv.slice(2));
    if (!file || !given) {
        console.error(usage);
        return 2;
    }
    try {
        const key = parseVerifierKey(isFile(given) ? textIn(given) : given);
        const report = verifyBundle(textIn(file), key, argumentsFile === undefined ? undefined : textIn(argumentsFile).trimEnd());
        console.log(bundleWords(report, key));
        return report.result === "broken" ? 1 : 0;
    }
    catch (error) {
        console.error(`It could not be checked: ${error instanceof Error ? error.message : String(error)}`);
        return 2;
    }
}
process.exitCode = runCommand();
