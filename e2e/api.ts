import { setTimeout as sleep } from "node:timers/promises";

type Json = { [key: string]: unknown };

/** The public API as an agent calls it: one key, JSON in and out. */
export function agentApi(url: string, key: string) {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: asJson(text) };
  };
  return {
    get: (path: string) => call("GET", path),
    post: (path: string, body: unknown, headers?: Record<string, string>) => call("POST", path, body, headers),
    submit: (body: unknown, idempotencyKey: string) => call("POST", "/api/v1/actions", body, { "idempotency-key": idempotencyKey }),
  };
}

function asJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Asks until the answer satisfies, or fails after the time-out with the last answer. */
export async function until<T>(ask: () => Promise<T>, satisfied: (answer: T) => boolean, timeoutMs = 120_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it did not happen within ${timeoutMs} ms; the last answer: ${JSON.stringify(answer).slice(0, 1000)}`);
    await sleep(100);
  }
}
