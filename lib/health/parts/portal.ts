import { version } from "@/package.json";
import { isDraining } from "@/lib/shutdown/draining";
import { lasting, megabytes, type Part, part } from "./part";

type PortalReading = { draining: boolean; upSeconds: number; memoryBytes: number; version: string; node: string };

/** This process of the portal: behind a balancer there are others. */
export function readPortal(): PortalReading {
  return { draining: isDraining(), upSeconds: process.uptime(), memoryBytes: process.memoryUsage.rss(), version, node: process.version };
}

export function judgePortal({ draining, upSeconds, memoryBytes, version: built, node }: PortalReading): Part {
  const facts = [
    { term: "Version", value: built },
    { term: "Up for", value: lasting(upSeconds) },
    { term: "Memory", value: megabytes(memoryBytes) },
    { term: "Node", value: node },
  ];
  const base = { id: "portal" as const, name: "This server", facts };
  if (draining) {
    return part({ ...base, state: "attention", says: "It is ending: it finishes what it has in hand and takes nothing new.", means: "A balancer sends new requests elsewhere.", act: "Nothing, if somebody meant it." });
  }
  return part({ ...base, says: "It answers." });
}
