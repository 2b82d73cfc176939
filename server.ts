import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import next from "next";
import { api } from "@/app/api/v1/app";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { startOutboxSweeper } from "@/lib/jobs/outbox";
import { serve } from "@/lib/shutdown/serve";

const { HOST, PORT, TRUSTED_PROXY_HOPS, DRAIN_NOTICE_MS, DRAIN_GRACE_MS } = env();

const pages = next({ dev: false, hostname: HOST, port: PORT });
const answerPage = pages.getRequestHandler();
// The globals stay Node's own, since Next in the same process relies on them.
const answerApi = getRequestListener(api.fetch, { overrideGlobalObjects: false });

await pages.prepare();

// Job events that could not be sent with their change, because the engine was away, leave from here.
const stopSweeper = startOutboxSweeper();

const server = await serve({
  host: HOST,
  port: PORT,
  trustedProxyHops: TRUSTED_PROXY_HOPS,
  noticeMs: DRAIN_NOTICE_MS,
  graceMs: DRAIN_GRACE_MS,
  answer: (request, response) => {
    const { url = "/" } = request;
    return url.startsWith("/api/v1/") || url === "/api/v1" ? answerApi(request, response) : answerPage(request, response);
  },
  release: () => {
    stopSweeper();
    return database().sql.end({ timeout: 1 });
  },
});
console.log(JSON.stringify({ event: "listening", port: (server.address() as AddressInfo).port }));
