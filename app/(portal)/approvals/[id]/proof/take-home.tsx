import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { buttonClass } from "@/components/ui/control-styles";
import { Icon } from "@/components/ui/icon";
import { verifierSha256 } from "@/lib/proof/verifier-hash";

/** How somebody checks this request elsewhere, without trusting the portal or knowing how it is made. */
export function TakeHome({ id, publicKey, mayExport }: { id: string; publicKey: string; mayExport: boolean }) {
  return (
    <Card title="Check it yourself" description="On any computer with Node 18 or newer, without a network and without this portal.">
      <ol className="grid gap-4">
        <Step number={1} title="Take the bundle home">
          {mayExport ? (
            <>
              <Download href={`/api/proofs/${id}`} label="Download the bundle" />
              <p className="text-sm text-muted">One file with every event, hash and signature. That you took it is an event too, with the file's hash.</p>
            </>
          ) : (
            <p className="text-muted">Whoever may export the audit, such as an auditor, downloads it here.</p>
          )}
        </Step>
        <Step number={2} title="Take the verifier">
          <Download href="/verify-proof.mjs" label="Download the verifier" />
          <p className="text-sm text-muted">One file that you can read. It is part of the published source; its SHA-256 is</p>
          <code className="block font-mono text-sm break-all">{verifierSha256}</code>
        </Step>
        <Step number={3} title="Compare the public key">
          <CodeBlock label="The portal's public key" code={publicKey} wrap />
          <p className="text-sm text-muted">It must be the one that you were given in person or kept from before: who changes the portal could show another one here.</p>
        </Step>
        <Step number={4} title="Run it where both files are">
          <CodeBlock label="Check it offline" language="shell" wrap code={`node verify-proof.mjs proof-${id}.json --key ${publicKey}`} />
          <p className="text-sm text-muted">It names every link and what was checked of it, and says at which one a changed file was changed.</p>
        </Step>
      </ol>
      <p className="mt-4 border-t border-line pt-3 text-sm text-muted">
        Or do it by hand, with openssl and Python:{" "}
        <a className="underline" href="/proof-bundle.md" download>
          the format and the procedure
        </a>
        .
      </p>
    </Card>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid min-w-0 gap-2">
      <h3 className="font-medium">
        {number}. {title}
      </h3>
      {children}
    </li>
  );
}

function Download({ href, label }: { href: string; label: string }) {
  return (
    <a href={href} download className={`${buttonClass("secondary")} justify-self-start`}>
      <Icon name="download" />
      {label}
    </a>
  );
}
