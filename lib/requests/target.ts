/**
 * The path and query that a request asks for (RFC 9112, 3.2), or null where nobody could say which page that is: `*`, the
 * name of another protocol, or a path whose percent signs stand for no UTF-8. The form with a scheme and a host, which
 * proxies send, means the same page, whatever host it names.
 */
export function requestTarget(url: string): string | null {
  const [, afterHost] = /^https?:\/\/[^/?#]+(.*)$/is.exec(url) ?? [];
  const target = afterHost === undefined ? url : afterHost.startsWith("/") ? afterHost : `/${afterHost}`;
  if (!target.startsWith("/")) return null;
  try {
    decodeURIComponent(target.split("?", 1)[0] ?? "");
    return target;
  } catch {
    return null;
  }
}
