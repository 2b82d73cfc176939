import { Resolver } from "node:dns/promises";
import { z } from "zod";
import { env } from "@/lib/env";

/** A registrable name or one below it, in ASCII; an internationalized one as its A-labels. */
export const domainSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253, "must be at most 253 characters")
  .regex(/^(?=.*[a-z])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, "must be a domain, like example.com");

export function challengeName(domain: string): string {
  return `_countersign.${domain}`;
}

export function challengeText(challenge: string): string {
  return `countersign-domain=${challenge}`;
}

/** Asks the name server for the TXT records of a name; none where there is no such name or no answer. */
export async function txtRecords(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  const { DNS_SERVER: server } = env();
  if (server) resolver.setServers([server]);
  try {
    return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(""));
  } catch {
    // Not there, not reachable or not readable: in each case the record is not seen.
    return [];
  }
}
