import { Badge } from "@/components/ui/badge";
import { ExactTime } from "@/components/ui/exact-time";
import type { CertificateView } from "@/lib/sso/certificate";

/** When an identity provider's certificate ends, and a warning a month before. */
export function CertificateState({ certificate: { subject, expiresAt, state } }: { certificate: CertificateView }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {subject}
      <span>
        {state === "over" ? "expired" : "expires"} <ExactTime at={expiresAt} />
      </span>
      {state === "over" ? (
        <Badge tone="danger" icon="alert">Expired</Badge>
      ) : state === "ends soon" ? (
        <Badge tone="warn" icon="warning">Expires soon</Badge>
      ) : null}
    </span>
  );
}
