import { Badge, type Tone } from "@/components/ui/badge";
import type { Severity } from "@/lib/audit/actions";

const tones: Record<Severity, Tone> = { info: "neutral", notice: "info", warning: "warn", critical: "danger" };

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Badge tone={tones[severity]}>{severity.charAt(0).toUpperCase() + severity.slice(1)}</Badge>;
}
