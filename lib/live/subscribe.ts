import { z } from "zod";
import { database } from "@/lib/database";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { liveChannel, type Topic } from "./topics";

const maxPerProcess = 4_000;
const maxPerOrganization = 1_000;

type Hub = {
  listening: Promise<void> | undefined;
  /** organization and topic → those who follow it. */
  subscribers: Map<string, Set<() => void>>;
  perOrganization: Map<string, number>;
  total: number;
};

// Next compiles routes into several bundles; the connection is one per process all the same.
const shared = globalThis as typeof globalThis & { countersignLive?: Hub };

const Payload = z.object({ organizationId: z.string(), topic: z.string() });

function hub(): Hub {
  shared.countersignLive ??= { listening: undefined, subscribers: new Map(), perOrganization: new Map(), total: 0 };
  return shared.countersignLive;
}

/** With the database's connections ends the one that listens; whoever follows something then opens another. */
export function forgetListening(): void {
  delete shared.countersignLive;
}

const nameOf = (organizationId: string, topic: string) => `${organizationId} ${topic}`;

/**
 * Calls `onChange` whenever the topic changed, and after the connection was lost for a while, since something may have
 * been missed. The caller has checked the right to follow it. Resolves, once listening, with the function that ends it.
 * @throws AppError `unavailable` when too many follow, or when the database cannot be listened to.
 */
export async function subscribe(organizationId: string, topic: Topic, onChange: () => void): Promise<() => void> {
  const live = hub();
  const held = live.perOrganization.get(organizationId) ?? 0;
  if (live.total >= maxPerProcess || held >= maxPerOrganization) {
    throw new AppError("unavailable", "Too many connections wait for live updates.", { retryAfterSeconds: 5 });
  }
  const name = nameOf(organizationId, topic);
  const followers = live.subscribers.get(name) ?? new Set();
  live.subscribers.set(name, followers);
  // Each subscription is its own, even where the same function is given twice.
  const follower = () => onChange();
  followers.add(follower);
  live.total += 1;
  live.perOrganization.set(organizationId, held + 1);

  const end = () => {
    if (!followers.delete(follower)) return;
    if (followers.size === 0 && live.subscribers.get(name) === followers) live.subscribers.delete(name);
    live.total -= 1;
    const left = (live.perOrganization.get(organizationId) ?? 1) - 1;
    if (left > 0) live.perOrganization.set(organizationId, left);
    else live.perOrganization.delete(organizationId);
  };
  try {
    await listening(live);
  } catch (cause) {
    end();
    throw new AppError("unavailable", "Live updates cannot be had at the moment.", { retryAfterSeconds: 5, cause });
  }
  return end;
}

/** One connection for the process; the driver opens it again, with growing pauses, whenever it is lost. */
function listening(live: Hub): Promise<void> {
  live.listening ??= database()
    .sql.listen(liveChannel, (payload) => deliver(live, payload), () => everyone(live))
    .then(() => undefined)
    .catch((error: unknown) => {
      live.listening = undefined;
      throw error;
    });
  return live.listening;
}

function deliver(live: Hub, payload: string): void {
  const parsed = Payload.safeParse(JSON.parse(payload));
  if (!parsed.success) {
    log.error({ payload }, "a live message could not be read");
    return;
  }
  tell(live.subscribers.get(nameOf(parsed.data.organizationId, parsed.data.topic)));
}

function everyone(live: Hub): void {
  for (const followers of live.subscribers.values()) tell(followers);
}

function tell(followers: Set<() => void> | undefined): void {
  // A copy: whoever is told may end its subscription.
  for (const follower of [...(followers ?? [])]) {
    try {
      follower();
    } catch (error) {
      log.error({ err: error }, "a live subscriber failed");
    }
  }
}
