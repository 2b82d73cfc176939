import type { NavItem } from "@/components/shell/nav";
import { may } from "@/lib/ability/authorize";
import type { ActionOf, Resource } from "@/lib/ability/permissions";
import type { Ctx } from "@/lib/ctx/ctx";
import { sections } from "./policies/sections";

type Needed = { [R in Resource]: readonly [R, ActionOf<R>] }[Resource];
/** `or`: another permission that is enough. `whole`: the permission is needed on the whole organization. */
type Place = Omit<NavItem, "badge"> & { needs?: Needed; or?: Needed; whole?: true };

/** Every place in the portal, in the order of the side bar, with the permission that its page asks for. */
const places: readonly Place[] = [
  { group: "", href: "/", label: "Home", icon: "home" },
  { group: "Work", href: "/approvals", label: "Approvals", icon: "approvals", needs: ["approvals", "view"] },
  { group: "Work", href: "/agents", label: "Agents", icon: "agent", needs: ["agents", "read"] },
  { group: "Work", href: "/runs", label: "Runs", icon: "run", needs: ["runs", "view"] },
  { group: "Oversight", href: "/policies", label: "Policies", icon: "shield", needs: ["policies", "view"] },
  { group: "Oversight", href: "/budgets", label: "Budgets", icon: "budget", needs: ["budgets", "view"] },
  { group: "Oversight", href: "/audit", label: "Audit", icon: "audit", needs: ["audit", "view"] },
  { group: "Settings", href: "/settings/members", label: "Members", icon: "users", needs: ["users", "view"] },
  { group: "Settings", href: "/settings/directory", label: "Directory", icon: "network", needs: ["settings", "read"], whole: true },
  { group: "Settings", href: "/settings/workspaces", label: "Workspaces", icon: "layers", needs: ["workspaces", "read"] },
  { group: "Settings", href: "/settings/keys", label: "API keys", icon: "key", needs: ["keys", "view"] },
  { group: "Settings", href: "/settings/locks", label: "Locks", icon: "lock", needs: ["settings", "read"], or: ["approvals", "decide"] },
  { group: "Settings", href: "/settings/security", label: "Sign-in security", icon: "shield-check", needs: ["settings", "read"] },
  { group: "Settings", href: "/settings/network", label: "Network", icon: "filter", needs: ["settings", "read"] },
  { group: "Settings", href: "/settings/notices", label: "Notices in chat", icon: "send", needs: ["settings", "read"], whole: true },
  { group: "Settings", href: "/settings/sso", label: "Single sign-on", icon: "sign-in", needs: ["settings", "read"], whole: true },
  { group: "Help", href: "/docs", label: "API reference", icon: "code" },
  { group: "Platform", href: "/status", label: "Status", icon: "activity", needs: ["platform", "view"] },
  { group: "Platform", href: "/mailbox", label: "Mailbox", icon: "mailbox", needs: ["platform", "view"] },
];

/** Pages below those, for who looks for one by its name. */
const further: readonly Place[] = [
  ...sections.map(({ href, label, icon, says, needs }): Place => ({ group: "Policies", href, label, icon, about: says, needs: needs ?? ["policies", "view"] })),
  { group: "Approvals", href: "/approvals/history", label: "History of approvals", icon: "approvals", about: "What was decided, by whom, how fast", needs: ["approvals", "view"] },
  { group: "Approvals", href: "/approvals/figures", label: "Figures of approvals", icon: "approvals", about: "How fast, how often yes, rubber-stamping", needs: ["approvals", "view"] },
  { group: "Agents", href: "/agents/new", label: "New agent", icon: "plus", needs: ["agents", "create"] },
  { group: "Budgets", href: "/budgets/new", label: "New budget", icon: "plus", needs: ["budgets", "set"] },
  { group: "Audit", href: "/audit/archives", label: "Archives", icon: "archive", needs: ["audit", "view"], whole: true },
  { group: "Audit", href: "/audit/format", label: "Format of the audit file", icon: "audit", about: "Verify offline", needs: ["audit", "view"] },
  { group: "Settings", href: "/settings/locks/new", label: "Lock something", icon: "lock", about: "Stop all agents, kill switch", needs: ["settings", "update"], or: ["approvals", "decide"] },
  { group: "Mine", href: "/account", label: "My account", icon: "user", about: "Password, second factor, passkeys, sessions, away, busy, delegate my part in approvals" },
  { group: "Mine", href: "/notices", label: "Notices", icon: "bell", about: "Inbox" },
];

type Holder = Pick<Ctx, "ability">;

/** The places that this person may go to, with how much waits there. */
export function navigationFor(ctx: Holder, waiting: Record<string, number> = {}): NavItem[] {
  return open(ctx, places).map((item) => (waiting[item.href] ? { ...item, badge: waiting[item.href] ?? 0 } : item));
}

/** The pages below those that this person may open. */
export function furtherPlacesFor(ctx: Holder): NavItem[] {
  return open(ctx, further);
}

/** Whether the page at exactly this address is one that this person may open; true for pages that are no place of their own. */
export function mayOpen(ctx: Holder, path: string): boolean {
  const named = [...places, ...further].filter(({ href }) => href === path);
  return open(ctx, named).length === named.length;
}

function open(ctx: Holder, all: readonly Place[]): NavItem[] {
  return all.flatMap(({ needs, or, whole, ...item }) => {
    const enough = [needs, or].flatMap((one) => (one ? [one] : []));
    const isOpen = !needs || enough.some(([resource, action]) => may(ctx, resource, action as never, whole ? { workspaceId: null } : undefined));
    return isOpen ? [item] : [];
  });
}
