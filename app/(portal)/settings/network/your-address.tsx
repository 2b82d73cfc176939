import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { env } from "@/lib/env";
import { countryName, countryOf } from "@/lib/geo/country";
import { places } from "@/lib/geo/database";

const inside = /^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1$|f[cde])/;

/** What the portal sees of the reader, since every rule is about that: a proxy in front makes it the proxy's, unless it is told of it. */
export function YourAddress({ ip }: { ip: string | null }) {
  const { TRUSTED_PROXY_HOPS: hops } = env();
  const country = countryOf(ip);
  const data = places()?.places;
  const age = data ? `${data.source === "own" ? "The operator's own" : "The portal's packaged"} database of countries was made on ${data.builtAt.toISOString().slice(0, 10)}.` : "The database of countries cannot be read.";
  return (
    <Card title="Your address" description="What the portal sees of you. Rules are about this, so look whether it is right before you make one.">
      <KeyValue
        items={[
          { term: "Address", detail: <span className="font-mono">{ip ?? "cannot be told"}</span> },
          { term: "Country", detail: `${country ? countryName(country) : "not known"}. ${age}` },
          { term: "Proxies", detail: hops === 0 ? "None is trusted: the address is that of whoever connects, and what callers claim in headers is ignored." : `${hops} ${hops === 1 ? "is" : "are"} trusted: the address is the one that the outermost of them reports.` },
        ]}
      />
      {ip === null || inside.test(ip) ? (
        <div className="mt-3">
          <Callout tone="warn" title={ip === null ? "The portal cannot tell your address" : "This address is of a private network"}>
            If you are not on the same network as the portal, it is a proxy&apos;s, and everybody seems to come from it. Whoever runs the portal then sets TRUSTED_PROXY_HOPS to the number of proxies in front of it, and starts it again.
          </Callout>
        </div>
      ) : null}
    </Card>
  );
}
