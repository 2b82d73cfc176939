import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { auditKey } from "@/lib/audit/keys";
import { requireSession } from "@/lib/ctx/session";
import { verifierSha256 } from "@/lib/proof/verifier-hash";

export const metadata: Metadata = { title: "Check an audit export" };

const formulas = `leaf(n)  = SHA-256(0x00 || body)                      RFC 9162, 2.1.1
chain(0) = SHA-256(organization id as text)
chain(n) = SHA-256(chain(n-1) || n as 8 bytes || leaf(n))`;

const finds = [
  { term: "Changed", detail: "One byte anywhere: the line, the event, and which part of it." },
  { term: "Removed", detail: "A line: between which lines. Also when the others were numbered again to hide it." },
  { term: "Inserted", detail: "A line that was added, or stands there twice." },
  { term: "Reordered", detail: "Lines that were moved or swapped." },
  { term: "Truncated", detail: "A file that was cut off before its signed manifest." },
  { term: "Key", detail: "A file that another key signed, or whose signature does not fit." },
  { term: "Checkpoint", detail: "A history that differs from what was signed before." },
];

/** How an auditor checks what was taken home, without trusting the portal. */
export default async function AuditFormatPage() {
  const ctx = await requireSession();
  if (!may(ctx, "audit", "view")) notFound();
  const key = auditKey().text;
  return (
    <>
      <PageHeader title="Check an export yourself" description="With the file and the public key, and without this portal." breadcrumbs={[{ href: "/audit", label: "Audit" }]} />
      <div className="grid max-w-4xl gap-4">
        <Card title="One command" description="In a copy of Countersign's source, on any machine. It needs no database and no network.">
          <CodeBlock label="Command that checks an export" code={`npm run verify -- <file> --key ${key}`} />
          <p className="mt-3 text-muted">
            Keep the key where nobody who runs this portal can change it, and compare it with the one that you were given in person. The command ends with 0 when the file is intact, and with 1 when it
            is not.
          </p>
        </Card>
        <Card title="The proof of one request" description="Needs no source: one file that Node alone runs.">
          <p className="text-muted">
            The page <em>Proof</em> of each request offers its bundle.{" "}
            <a className="underline" href="/verify-proof.mjs" download>
              The verifier
            </a>{" "}
            checks it; its SHA-256 is <code className="font-mono text-sm break-all">{verifierSha256}</code>.{" "}
            <a className="underline" href="/proof-bundle.md" download>
              The format and the procedure
            </a>{" "}
            say how to do the same with openssl and Python.
          </p>
        </Card>
        <Card title="What it finds" description="And where.">
          <KeyValue items={finds} />
        </Card>
        <Card title="How the chain is made" description="With these lines and any SHA-256 you can write your own verifier.">
          <CodeBlock label="Formulas of the chain" code={formulas} />
          <p className="mt-3 text-muted">
            The body of an event is canonical JSON (RFC 8785). Checkpoints are Merkle roots (RFC 9162) and chain heads in the C2SP tlog-checkpoint format, signed with Ed25519. The whole format, field by
            field, is in docs/audit-format.md of the source.
          </p>
        </Card>
      </div>
    </>
  );
}
