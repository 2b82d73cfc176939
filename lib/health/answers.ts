import { readiness } from "./readiness";

const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** The process lives and answers. */
export async function answerHealthz(): Promise<Response> {
  return Response.json({ status: "ok" }, { headers });
}

/** 200 when this process can serve, 503 when it cannot; the body names each part. */
export async function answerReadyz(): Promise<Response> {
  const found = await readiness();
  return Response.json(found, { status: found.ready ? 200 : 503, headers });
}
