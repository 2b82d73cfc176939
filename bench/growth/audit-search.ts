import { indexAudit } from "@/lib/audit/index-events";
import { searchAudit, SearchAuditInput } from "@/lib/audit/search";
import { systemCtx } from "@/lib/ctx/system";
import { eventIds } from "../harness/events";
import { keepInFlight } from "../harness/in-flight";
import type { GrowthCase, Place } from "./case";
import { fillAudit } from "./fill-events";

type Search = (known: { rows: number; workspaceId: string }) => Record<string, unknown> & { after?: string };

/** Each filter by itself, a page from the middle, and words that many events have, few, or none. The rest is newest first. */
const searches = {
  "the newest page": () => ({}),
  "a page from the middle": ({ rows }) => ({ after: String(rows / 2) }),
  "an action": () => ({ action: ["keys.created"] }),
  "an actor": () => ({ actor: [eventIds.actor(7)] }),
  "an actor, from the middle": ({ rows }) => ({ actor: [eventIds.actor(7)], after: String(rows / 2) }),
  "a type of resource": () => ({ resourceType: ["approval"] }),
  "one resource of long ago": () => ({ resource: eventIds.resource(11) }),
  "a workspace": ({ workspaceId }) => ({ workspace: [workspaceId] }),
  "an outcome": () => ({ outcome: ["blocked"] }),
  "a severity that is rare": () => ({ severity: ["critical"] }),
  "an address": () => ({ ip: "192.0.2.7" }),
  "one request of long ago": () => ({ request: eventIds.request(40) }),
  "days": () => ({ from: new Date(Date.now() - 15 * 60_000).toISOString(), to: new Date(Date.now() - 14 * 60_000).toISOString() }),
  "a word": () => ({ q: "ledger" }),
  "a word that is rare": () => ({ q: "zeppelin" }),
  "a word that no event has": () => ({ q: "nosuchword" }),
  "a phrase": () => ({ q: '"the policy allows mail.send"' }),
} satisfies Record<string, Search>;

export type SearchName = keyof typeof searches;
export const searchNames = Object.keys(searches) as SearchName[];

/** A search takes milliseconds. */
const shareOfTime = 5;

export function searchCase(name: SearchName): GrowthCase {
  return {
    title: `audit search: ${name}, p50`,
    unit: "ms",
    fills: [fillAudit],
    async open({ bench, tenant, rows }: Place) {
      const auditor = await tenant.as("auditor");
      const search: Search = searches[name];
      const { after, ...filter } = search({ rows, workspaceId: tenant.workspaceId });
      const input = SearchAuditInput.parse({ filter, after });
      const clock = systemCtx("audit", tenant.organizationId);
      return async () => {
        // What other cases appended meanwhile: the clock would have indexed it within the minute.
        await indexAudit(clock);
        return (await keepInFlight(1, bench.measureMs / shareOfTime, () => searchAudit(auditor, input))).p50Ms;
      };
    },
  };
}
