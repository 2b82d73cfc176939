/**
 * Bytes of somebody else's as a download that no browser will show or run, with their SHA-256 as `Repr-Digest`
 * (RFC 9530) where it is known. The name is given in the two forms of RFC 6266.
 */
export function attachment(content: Uint8Array | ReadableStream<Uint8Array>, file: { name: string; sha256?: string }): Response {
  const ascii = file.name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(file.name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const headers = new Headers({
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  });
  if (file.sha256) headers.set("repr-digest", `sha-256=:${Buffer.from(file.sha256, "hex").toString("base64")}:`);
  if (content instanceof ReadableStream) return new Response(content, { headers });
  headers.set("content-length", String(content.byteLength));
  return new Response(new Uint8Array(content), { headers });
}
