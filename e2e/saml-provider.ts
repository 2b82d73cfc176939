import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inflateRawSync } from "node:zlib";
import { answer, makeKey, metadataXml, posted, responseXml, signed } from "../lib/sso/testing";

type Somebody = { nameId: string; groups: string[] };

/** A SAML identity provider that signs in whoever `who` says, without asking, as its page would: by a form that posts itself. */
export async function samlProvider(who: () => Somebody) {
  const key = makeKey();
  let ours = { callback: "", entityId: "" };
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const asked = inflateRawSync(Buffer.from(searchParams.get("SAMLRequest") ?? "", "base64")).toString();
    const inResponseTo = / ID="([^"]+)"/.exec(asked)?.[1] ?? null;
    const xml = responseXml(answer({ issuer, recipient: ours.callback, audience: ours.entityId, inResponseTo, ...who() }));
    const fields = { SAMLResponse: posted(signed(xml, key)), RelayState: searchParams.get("RelayState") ?? "" };
    const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
    response.writeHead(200, { "content-type": "text/html" }).end(`<form method="post" action="${ours.callback}">${inputs.join("")}</form><script>document.forms[0].submit()</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    metadata: metadataXml(issuer, [key.certificate]),
    tell: (told: typeof ours) => {
      ours = told;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
