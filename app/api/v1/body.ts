import { AppError } from "@/lib/errors";
import { parseStrictJson, type JsonValue } from "@/lib/strict-json";

/** Largest request body, in bytes. */
export const maxBodyBytes = 8 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The request's body as strictly parsed JSON; undefined when there is none.
 * @throws AppError `unsupported_media_type`, `payload_too_large`, or `invalid_input`.
 */
export async function readJsonBody(request: Request): Promise<JsonValue | undefined> {
  const bytes = await readBytes(request);
  if (bytes.byteLength === 0) return undefined;
  requireJson(request.headers);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new AppError("invalid_input", "The body is not valid UTF-8.", { hint: "Send JSON in UTF-8; put other bytes in base64.", cause });
  }
  return parseStrictJson(text);
}

function requireJson(headers: Headers): void {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").toLowerCase().split(";").map((part) => part.trim());
  const charset = parameters.find((part) => part.startsWith("charset="))?.slice("charset=".length).replaceAll('"', "");
  if (type !== "application/json" || (charset !== undefined && charset !== "utf-8")) {
    throw new AppError("unsupported_media_type", "The body must be application/json in UTF-8.", { hint: "Send the header 'Content-Type: application/json'." });
  }
  const encoding = headers.get("content-encoding");
  if (encoding && encoding.toLowerCase() !== "identity") {
    throw new AppError("unsupported_media_type", "Compressed bodies are not accepted.", { hint: "Send the body without Content-Encoding." });
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const said = request.headers.get("content-length");
  if (Number(said ?? 0) > maxBodyBytes) throw tooLarge();
  // A body of a given length cannot be longer (RFC 9112, 6.3), so it may be read at once, which costs far less than a stream.
  if (said !== null) return readWhole(request);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw incomplete(cause);
  }
  return Buffer.concat(chunks, size);
}

async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (cause) {
    throw incomplete(cause);
  }
}

function incomplete(cause: unknown): AppError {
  return new AppError("invalid_input", "The body did not arrive completely.", { hint: "Send the request again.", cause });
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", `The body is larger than ${maxBodyBytes / 1024 / 1024} MiB.`, {
    hint: "Send less: files that are already elsewhere can be named instead of sent.",
    extensions: { maxBytes: maxBodyBytes },
  });
}
