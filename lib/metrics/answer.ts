import { createHash, timingSafeEqual } from "node:crypto";
import { clientIpHeader } from "@/lib/client-ip";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { problem } from "@/lib/problem";
import { scrape } from "./scrape";

const loopback = /^(127\.\d+\.\d+\.\d+|::1)$/;

/** Metrics for who has METRICS_TOKEN; where none is set, for this machine only, and not behind a proxy. */
export async function answerMetrics(request: Request): Promise<Response> {
  try {
    requireReader(request);
    const { text, contentType } = await scrape();
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store", "x-content-type-options": "nosniff" } });
  } catch (error) {
    return problem(error, newId());
  }
}

function requireReader(request: Request): void {
  const { METRICS_TOKEN, TRUSTED_PROXY_HOPS } = env();
  if (METRICS_TOKEN) {
    if (same(request.headers.get("authorization") ?? "", `Bearer ${METRICS_TOKEN}`)) return;
    throw new AppError("unauthenticated", "The metrics need their token.", { hint: "Send 'Authorization: Bearer <METRICS_TOKEN>'." });
  }
  // Behind a proxy of this machine everybody seems to be here, so there the token is required.
  if (TRUSTED_PROXY_HOPS === 0 && loopback.test(request.headers.get(clientIpHeader) ?? "")) return;
  throw new AppError("not_found", "There is nothing here for you.");
}

function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
