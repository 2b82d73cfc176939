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
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
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
    throw new AppError("invalid_input", "The body did not arrive completely.", { hint: "Send the request again.", cause });
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(): AppError {
  return new AppError("payload_too_large", `The body is larger than ${maxBodyBytes / 1024 / 1024} MiB.`, {
    hint: "Send less: files that are already elsewhere can be named instead of sent.",
    extensions: { maxBytes: maxBodyBytes },
  });
}
