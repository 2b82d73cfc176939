import type { SubmitActionInput } from "@/lib/actions/schemas";

export type NamedHost = { /** Where it stands, as in arguments.webhook.url. */ path: string; text: string };

/** Tools that reach a network, by a word of their name. */
const networkWords = new Set(
  "http https fetch web browser browse url curl wget request requests webhook webhooks download downloads upload uploads api rest graphql grpc ftp sftp ssh scp rsync smtp dns net network socket websocket ws wss scrape scraper crawl crawler rss proxy tunnel".split(" "),
);
/** Names whose value is a URL, or a path of one. */
const urlWords = new Set("url urls uri uris href hrefs link links src".split(" "));
/** Names whose value is where something is sent. */
const hostWords = new Set("host hosts hostname hostnames server servers endpoint endpoints webhook webhooks callback callbacks origin proxy redirect".split(" "));
const domainWords = new Set("domain domains fqdn site".split(" "));

/**
 * The hosts that an action names in its resource and arguments, as they are written. A tool that reaches a network names one
 * by any key that says so and by any text that is a URL; any other tool only by a URL or host under such a key, since data may
 * have domains in it that nobody connects to. `reaches`: whether the tool is of those that reach a network.
 */
export function hostsIn({ tool, resource, arguments: given }: Pick<SubmitActionInput, "tool" | "resource" | "arguments">): { reaches: boolean; found: NamedHost[] } {
  const reaches = reachesNetwork(tool);
  const found = new Map<string, NamedHost>();
  const look = (value: unknown, path: string, key: string): void => {
    if (typeof value === "string") {
      if (namesHost(value, wordOf(key), reaches) && !found.has(value)) found.set(value, { path, text: value });
    } else if (Array.isArray(value)) {
      value.forEach((inner, at) => look(inner, `${path}.${at}`, key));
    } else if (value !== null && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) look(inner, `${path}.${name}`, name);
    }
  };
  look(resource, "resource", "");
  look(given, "arguments", "");
  return { reaches, found: [...found.values()] };
}

/** Whether a tool reaches a network, by its name; those of the sandbox have none. */
export function reachesNetwork(tool: string): boolean {
  const words = tool.toLowerCase().split(/[^a-z0-9]+/);
  return words[0] !== "sandbox" && words.some((word) => networkWords.has(word));
}

/** What a key is about: the last of its words, so that base_url, webhookUrl and URL are all of url. */
function wordOf(key: string): string {
  const words = key.normalize("NFKC").replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
  return words.at(-1) ?? "";
}

function namesHost(value: string, word: string, reaches: boolean): boolean {
  const text = value.trim();
  if (text === "") return false;
  const isUrl = /^[a-z][a-z0-9+.-]*:[/\\]/i.test(text) || /^[/\\]{2}/.test(text);
  // A name, with or without a path: no words with spaces, no path alone.
  const isBare = !/^[/?#.]/.test(text);
  if (!reaches) return (isUrl && (urlWords.has(word) || hostWords.has(word))) || (hostWords.has(word) && isDotted(text));
  return /^(?:https?|wss?|ftps?|sftp|ssh):/i.test(text) || ((urlWords.has(word) || hostWords.has(word) || domainWords.has(word)) && (isUrl || isBare));
}

/** Longer than any URL is data, and would be looked at for long. */
function isDotted(text: string): boolean {
  return text.length <= 2_048 && /^[^\s/@]+(?:\.[^\s/@]+|:\d{1,5})(?:\/\S*)?$/.test(text) && !/^\d+(?:\.\d+)?$/.test(text);
}
