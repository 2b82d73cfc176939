import { BlockList, isIP } from "node:net";
import { env } from "@/lib/env";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Servers on this machine are asked for development and tests only, unless the installation says otherwise. */
export function mayLoopback(): boolean {
  return env().NODE_ENV !== "production" || env().SSO_ALLOW_LOOPBACK;
}

export function isLoopback(url: URL): boolean {
  return isLoopbackHost(url.hostname.replace(/^\[|\]$/g, ""));
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || isLoopbackAddress(host);
}

export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? "ipv6" : "ipv4");
}
