import { Callout } from "@/components/ui/callout";
import { ExactTime } from "@/components/ui/exact-time";
import { permissionTable } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";

const dayMs = 86_400_000;

/** For an account that ends: until when, and how long that still is. */
export function AccessEnds({ ctx, now }: { ctx: PersonCtx; now: number }) {
  const ending = ctx.actor.roles.flatMap((held) => (held.validUntil ? [{ ...held, until: held.validUntil }] : []));
  const [first] = ending.sort((a, b) => a.until.getTime() - b.until.getTime());
  if (!first) return null;
  // The end is exclusive: the last day is the one before it.
  const lastDay = new Date(first.until.getTime() - 1);
  const days = Math.max(0, Math.ceil((first.until.getTime() - now) / dayMs));
  return (
    <Callout tone={days <= 3 ? "warn" : "info"} title={days === 1 ? "Your access ends today" : `${days} days left`} className="mb-4">
      Your role as {permissionTable[first.role].label.toLowerCase()} lasts until the end of <ExactTime at={lastDay} date />. An organization admin can give it again.
    </Callout>
  );
}
