import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./address";
import { isPrivateName, normalizeHost } from "./host";

const hostOf = (text: string) => {
  const read = normalizeHost(text);
  return read.ok ? read.host : null;
};

describe("the host of a text", () => {
  it.each<[string, string]>([
    ["example.com", "example.com"], ["EXAMPLE.Com", "example.com"], ["example.com.", "example.com"], ["example.com:8443", "example.com"], ["https://Example.COM:443/a?b#c", "example.com"],
    ["wss://example.com?x=@evil.com", "example.com"], ["https://example.com#@evil.com", "example.com"], ["ssh://example.com:22/x", "example.com"],
    ["bücher.example", "xn--bcher-kva.example"], ["BÜCHER.example", "xn--bcher-kva.example"], ["xn--bcher-kva.example", "xn--bcher-kva.example"], ["example。com", "example.com"], ["ｅｘａｍｐｌｅ.com", "example.com"],
    ["127.0.0.1", "127.0.0.1"], ["2130706433", "127.0.0.1"], ["http://0x7f000001/", "127.0.0.1"], ["0177.0.0.1", "127.0.0.1"], ["127.1", "127.0.0.1"], ["0x7f.1", "127.0.0.1"], ["127.0.0.1.", "127.0.0.1"], ["①②⑦.0.0.1", "127.0.0.1"],
    ["[::1]", "::1"], ["::1", "::1"], ["https://[::FFFF:10.0.0.1]:80/", "10.0.0.1"], ["::ffff:a00:1", "10.0.0.1"], ["[64:ff9b::169.254.169.254]", "169.254.169.254"], ["[2001:0DB8::0001]", "2001:db8::1"], ["fe80::1", "fe80::1"],
  ])("%s is %s", (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it.each([
    "", " ", "https://", "https:///evil.com", "https:evil.com", "http:/evil.com", "//evil.com", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.c",
    "https://allowed.com@evil.com", "https://a:b@evil.com", "http://evil.com\\@allowed.com", "http://allowed.com\\.evil.com", "https://evil.com%2f.allowed.com", "https://%65vil.com", "evil%00.com",
    "http://ev\til.com", "http://evil.com\n", " https://evil.com", "evil.com\u0000.allowed.com", "evil\u200B.com", "evil\u00AD.com", "evil\u3000.com", "[fe80::1%eth0]", "[fe80::1%25eth0]", "http://fe80::1/", "[127.0.0.1]",
    "example.com:99999", "example.com:port", "a..b", ".example.com", "example.com..", "-a.com", "a-.com", `${"a".repeat(64)}.com`, "a.b/c@d:e f", "*.example.com", "exa mple.com", "999.1.1.1", "1.2.3.4.5", "xn--a.com\u202E", "x".repeat(3000),
  ])("%j is refused, since programs read it differently", (text) => {
    expect(hostOf(text)).toBeNull();
  });

  it("says what was done, step by step, and shows both spellings of letters of other scripts", () => {
    const read = normalizeHost("HTTPS://\u0430pple.com.:443/login");
    expect(read).toMatchObject({ ok: true, host: "xn--pple-43d.com", unicode: "\u0430pple.com", kind: "name", port: 443 });
    expect(read.steps.map(({ becomes }) => becomes)).toEqual(["\u0430pple.com.:443", "\u0430pple.com.", "xn--pple-43d.com.", "xn--pple-43d.com"]);
    expect(hostOf("apple.com")).not.toBe(read.ok && read.host);
  });

  it("is the one to which a program that follows the URL standard connects, or none", () => {
    const part = fc.string({ unit: fc.constantFrom(..."aA1.:/@\\%[]#?-_é。\t 0x"), maxLength: 24 });
    fc.assert(
      fc.property(part, (text) => {
        const url = `https://${text}`;
        const host = hostOf(url);
        if (host === null) return;
        expect(URL.canParse(url)).toBe(true);
        expect(hostOf(new URL(url).hostname)).toBe(host);
        expect(hostOf(host)).toBe(host);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an address", () => {
  it.each([
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "0.0.0.0", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.0.8", "240.0.0.1", "168.63.129.16",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a00:1::", "2001::1", "::10.0.0.1", "4000::1", "fe80::1%eth0", "not one",
  ])("%s is not of the public internet", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])("%s is", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("a name of a private network", () => {
  it.each(["localhost", "intranet", "db.internal", "printer.local", "a.localhost", "x.home.arpa", "nas.lan"])("is %s", (name) => expect(isPrivateName(name)).toBe(true));
  it.each(["example.com", "internal.example.com", "local.example", "mylocal.net"])("is not %s", (name) => expect(isPrivateName(name)).toBe(false));
});
