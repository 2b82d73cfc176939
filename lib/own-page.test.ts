import { describe, expect, it } from "vitest";
import { requireOwnPage } from "./own-page";

process.env.DATABASE_URL ??= "postgres://test@127.0.0.1:1/test";
process.env.AUTH_SECRET ??= "test-secret-test-secret-test-secret-00";
process.env.APP_URL = "https://portal.test";

const ask = (headers: Record<string, string>) => requireOwnPage(new Headers(headers));

describe("requireOwnPage", () => {
  it.each<Record<string, string>>([
    { "sec-fetch-site": "same-origin", origin: "https://portal.test" },
    { "sec-fetch-site": "same-origin", origin: "http://10.0.0.7:3000" },
    { origin: "https://portal.test", host: "internal:3000" },
    { origin: "http://10.0.0.7:3000", host: "10.0.0.7:3000" },
    {},
  ])("lets the portal's own pages ask: %o", (headers) => {
    expect(() => ask(headers)).not.toThrow();
  });

  it.each<Record<string, string>>([
    { "sec-fetch-site": "cross-site", origin: "https://evil.test" },
    { "sec-fetch-site": "same-site", origin: "https://other.portal.test" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "same-origin", origin: "null" },
    { origin: "null", host: "portal.test" },
    { origin: "https://evil.test", host: "portal.test" },
    { origin: "https://evil.test", host: "portal.test", "x-forwarded-host": "evil.test" },
    { origin: "https://evil.test", host: "portal.test", forwarded: "host=evil.test" },
    { origin: "http://portal.test:8080", host: "portal.test" },
    { origin: "https://portal.test.evil.test", host: "portal.test" },
    { origin: "https://portal.test@evil.test", host: "portal.test" },
    { origin: "nonsense", host: "nonsense" },
    { "sec-fetch-site": "SAME-ORIGIN" },
  ])("refuses a page of another origin, whatever else it sends: %o", (headers) => {
    expect(() => ask(headers)).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});
