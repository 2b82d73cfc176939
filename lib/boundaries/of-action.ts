import type { SubmitActionInput } from "@/lib/actions/schemas";
import { isSandboxTool, sandboxTools } from "@/lib/actions/sandbox-arguments";
import type { BoundaryAction, CedarBoundary, ResourceType } from "@/lib/cedar/boundary";
import { normalizeHost, type ReadHost } from "@/lib/egress/host";
import { hostsIn } from "@/lib/egress/hosts-in";
import { textsUnder } from "./arguments";
import { normalizePath } from "./path";

/** `where`: the argument, as in arguments.path. */
export type Unreadable = { where: string; problem: string };

/** What one action would touch. `unreadable`: something of it cannot be told for certain, so nothing of it may be done. */
export type Boundaries = { touched: CedarBoundary[]; hosts: ReadHost[]; reachesNetwork: boolean; unreadable: Unreadable | null };

type Asked = Pick<SubmitActionInput, "tool" | "operation" | "resource" | "arguments">;

const most = 200;

/** Words of a tool's name that say what it touches, and the arguments that name it. The agent's own words only ever add a boundary. */
const kinds: readonly { words: readonly string[]; keys: readonly string[]; action: BoundaryAction; type: ResourceType }[] = [
  { words: ["shell", "exec", "bash", "sh", "command", "terminal", "cmd", "powershell"], keys: ["command", "cmd", "script", "line"], action: "command", type: "Command" },
  { words: ["mail", "email", "smtp"], keys: ["to", "cc", "bcc", "recipient", "recipients", "address"], action: "communication", type: "Channel" },
  { words: ["sms", "message", "messages", "slack", "teams", "chat", "social", "communication", "notify"], keys: ["to", "channel", "channels", "recipient", "recipients", "phone", "number", "user"], action: "communication", type: "Channel" },
  { words: ["secret", "secrets", "vault", "credential", "credentials"], keys: ["secret", "secrets", "name", "credential"], action: "secret", type: "Secret" },
  { words: ["stage", "stages", "pipeline", "workflow"], keys: ["stage", "target"], action: "stage", type: "Stage" },
  { words: ["spawn"], keys: ["agent", "name"], action: "spawn", type: "Agent" },
  { words: ["fork"], keys: ["agent", "name"], action: "fork", type: "Agent" },
  { words: ["db", "database", "sql", "ledger", "warehouse"], keys: ["table", "tables", "collection"], action: "tool", type: "Table" },
  { words: ["llm", "model", "models", "completion", "completions", "embedding", "embeddings"], keys: ["model"], action: "tool", type: "Model" },
];

const channelKinds: Record<string, string> = { mail: "email", email: "email", smtp: "email", sms: "sms", slack: "chat", teams: "chat", chat: "chat", social: "social" };
const fileWords = ["file", "files", "fs", "folder", "folders", "directory", "document", "documents", "storage", "s3", "disk", "path"];
const pathKeys = ["path", "paths", "file", "files", "filename", "filenames", "filepath", "folder", "folders", "dir", "directory", "directories"];
// Of a tool of files these are paths as well; of any other they may be anything.
const fileToolKeys = [...pathKeys, "source", "src", "destination", "dest", "target", "from", "to"];
const readingWords = ["read", "get", "list", "search", "open", "view", "stat", "find", "download", "cat", "head", "tail"];

/**
 * Everything that policies are asked about: the tool itself, and each path, host, recipient, command, secret, table, model, stage
 * or child that the arguments name. One that cannot be brought into one safe form makes the whole action unreadable.
 */
export function boundariesOf(input: Asked): Boundaries {
  const words = input.tool.split(/[^a-z0-9]+/);
  const touched: CedarBoundary[] = [{ action: "tool", resource: { type: "Tool", id: input.tool } }];
  const problems: Unreadable[] = [];
  if (isSandboxTool(input.tool)) {
    // What a program does inside is the sandbox's to bound; its text is no safe thing to judge by.
    touched.push({ action: "command", resource: { type: "Command", id: input.tool, attributes: { program: sandboxTools[input.tool] } } });
    return { touched, hosts: [], reachesNetwork: false, unreadable: null };
  }
  for (const kind of kinds.filter((one) => one.words.some((word) => words.includes(word)))) {
    const named = textsUnder(input.arguments, kind.keys).map(({ text }) => text);
    if (named.length === 0 && kind.type !== "Table" && kind.type !== "Model") named.push(input.resource);
    const attributes = kind.type === "Channel" ? { kind: words.map((word) => channelKinds[word]).find(Boolean) ?? "message" } : undefined;
    for (const id of named) touched.push({ action: kind.action, resource: { type: kind.type, id, ...(attributes ? { attributes } : {}) } });
  }
  const { reaches, found } = hostsIn(input);
  // What a request over the network calls its path is no file.
  if (!reaches || words.some((word) => fileWords.includes(word))) touched.push(...paths(input, words, problems));
  const hosts = found.map(({ path, text }) => {
    const host = normalizeHost(text);
    if (host.ok) touched.push({ action: "network", resource: { type: "Domain", id: host.host, ...(host.port === null ? {} : { attributes: { port: host.port } }) } });
    else problems.push({ where: path, problem: host.problem });
    return host;
  });
  if (touched.length > most) problems.push({ where: "arguments", problem: `name more than ${most} things; send several actions` });
  return { touched: touched.slice(0, most), hosts, reachesNetwork: reaches, unreadable: problems[0] ?? null };
}

function paths(input: Asked, words: readonly string[], problems: Unreadable[]): CedarBoundary[] {
  const ofFiles = fileWords.some((word) => words.includes(word));
  const named = textsUnder(input.arguments, ofFiles ? fileToolKeys : pathKeys);
  if (ofFiles && input.resource !== "") named.push({ where: "resource", text: input.resource });
  // The operation is the agent's own word, so the tool's name must say the same.
  const reads = readingWords.some((word) => words.includes(word)) && (input.operation === "execute" || readingWords.includes(input.operation.toLowerCase()));
  return named.flatMap(({ where, text }): CedarBoundary[] => {
    const read = normalizePath(text);
    if (!read.ok) problems.push({ where, problem: read.problem });
    return read.ok ? [{ action: reads ? "file_read" : "file_write", resource: { type: "Path", id: read.path } }] : [];
  });
}
