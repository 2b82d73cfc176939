import http from "node:http";
import https from "node:https";
import canonicalize from "canonicalize";
import { isSignedBy, sign } from "./keys";
import { callTimeoutMs, maxAnswerBytes } from "./limits";
import { type RunError, toRunError } from "./protocol";
import { parseRetryAfter } from "./time";

/** What a call of the app came to. */
export type Answer =
  | { kind: "operations"; operations: unknown[]; retryAt?: Date }
  | { kind: "returned"; value: unknown }
  | { kind: "threw"; error: RunError; isFinal: boolean; retryAt?: Date }
  /** The app did not answer, or somebody else did; the call says nothing about the function. */
  | { kind: "away"; reason: string };

const agents = {
  "http:": new http.Agent({ keepAlive: true }),
  "https:": new https.Agent({ keepAlive: true }),
};

/** Calls the app's endpoint as Inngest does, signed, and reads its signed answer. Never throws for what the app does. */
export async function callApp(
  url: URL,
  body: Record<string, unknown>,
  signingKey: string,
  abort: AbortSignal,
): Promise<Answer> {
  const text = canonicalize(body);
  if (text === undefined) throw new TypeError("The body of a call must be JSON");
  let response: Response;
  try {
    response = await post(url, text, signingKey, abort);
  } catch (error) {
    if (error instanceof CallTimeout) return { kind: "threw", error: toRunError(error), isFinal: false };
    return { kind: "away", reason: error instanceof Error ? error.message : String(error) };
  }
  return readAnswer(response, signingKey);
}

class CallTimeout extends Error {
  override name = "CallTimeoutError";
  override message = `The function did not answer within ${callTimeoutMs / 3600_000} hours`;
}

interface Response {
  status: number;
  header: (name: string) => string | undefined;
  /** Undefined when it was longer than the engine reads. */
  body: string | undefined;
}

/** With node:http, since `fetch` gives up on an answer after five minutes and a step may take longer. */
function post(url: URL, body: string, signingKey: string, signal: AbortSignal): Promise<Response> {
  const { request } = url.protocol === "https:" ? https : http;
  const agent = url.protocol === "https:" ? agents["https:"] : agents["http:"];
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      agent,
      signal,
      timeout: callTimeoutMs,
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "x-inngest-signature": sign(body, signingKey),
        "x-inngest-server-kind": "cloud",
        "x-inngest-req-version": "2",
      },
    });
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new CallTimeout()));
    sent.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answer = (text: string | undefined) => {
        const header = (name: string) => incoming.headers[name]?.toString();
        resolve({ status: incoming.statusCode ?? 0, header, body: text });
      };
      incoming.on("error", reject);
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxAnswerBytes) return void chunks.push(chunk);
        answer(undefined);
        incoming.destroy();
      });
      incoming.on("end", () => answer(Buffer.concat(chunks).toString("utf8")));
    });
    sent.end(body);
  });
}

function readAnswer({ status, header, body }: Response, signingKey: string): Answer {
  const signature = header("x-inngest-signature");
  const isSdk = header("x-inngest-sdk") !== undefined;
  if (body === undefined) {
    if (!isSdk) return { kind: "away", reason: `an answer of more than ${maxAnswerBytes} bytes` };
    const message = `The function answered with more than ${maxAnswerBytes} bytes`;
    return { kind: "threw", error: { name: "Error", message }, isFinal: true };
  }
  const value = parse(body);
  if (!isSignedBy(signature, body, signingKey)) {
    // The SDK answers unsigned when one of the app's middlewares throws; that is the function's fault.
    const isInternal = status === 500 && typeof value === "object" && value !== null && "type" in value;
    if (isInternal) return { kind: "threw", error: toRunError(value), isFinal: false };
    return { kind: "away", reason: `an answer without a valid signature, status ${status}` };
  }
  const retryAt = parseRetryAfter(header("retry-after"));
  if (status === 206 && Array.isArray(value)) return { kind: "operations", operations: value, retryAt };
  if (status === 200) return { kind: "returned", value };
  const isFinal = header("x-inngest-no-retry") === "true";
  return { kind: "threw", error: toRunError(value), isFinal, retryAt };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
