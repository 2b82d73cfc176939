import { Badge, type Tone } from "./badge";
import type { IconName } from "./icon";

const statuses: Record<string, [tone: Tone, icon: IconName]> = {
  // approvals
  pending: ["warn", "hourglass"],
  approved: ["ok", "check"],
  rejected: ["danger", "x"],
  expired: ["neutral", "clock"],
  cancelled: ["neutral", "ban"],
  // runs
  queued: ["neutral", "dashed"],
  waiting: ["warn", "hourglass"],
  waiting_for_runner: ["warn", "hourglass"],
  dispatched: ["info", "send"],
  running: ["info", "play"],
  succeeded: ["ok", "check"],
  failed: ["danger", "x"],
  timed_out: ["danger", "clock"],
  killed: ["danger", "octagon-x"],
  out_of_memory: ["danger", "octagon-x"],
  output_limit: ["danger", "octagon-x"],
  disk_limit: ["danger", "octagon-x"],
  refused: ["danger", "shield-alert"],
  lost: ["danger", "help"],
  // actions
  pending_approval: ["warn", "hourglass"],
  allowed: ["ok", "check"],
  needs_approval: ["warn", "hourglass"],
  denied: ["danger", "ban"],
  // agents, people, keys
  draft: ["neutral", "pencil"],
  active: ["ok", "dot"],
  suspended: ["warn", "pause"],
  retired: ["neutral", "archive"],
  invited: ["info", "mail"],
  disabled: ["neutral", "ban"],
  revoked: ["danger", "ban"],
  // audit outcomes, findings
  success: ["ok", "check"],
  failure: ["danger", "x"],
  blocked: ["danger", "shield-alert"],
  open: ["warn", "dot"],
  closed: ["neutral", "check"],
};

/** The state of a thing by icon, word and colour; an unknown state shows as its own word. */
export function StatusBadge({ status, label }: { status: string; label?: string }) {
  const [tone, icon] = statuses[status] ?? ["neutral", "dot"];
  return (
    <Badge tone={tone} icon={icon}>
      {label ?? sentence(status)}
    </Badge>
  );
}

function sentence(status: string): string {
  const words = status.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
