import { Resolver } from "node:dns/promises";
import { env } from "@/lib/env";

const mostAddresses = 20;

/** Asks the name server for the addresses of a name; none where there is no such name or no answer within some seconds. */
export async function resolveHost(host: string, server = env().DNS_SERVER): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (server) resolver.setServers([server]);
  const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return found.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : [])).slice(0, mostAddresses);
}
