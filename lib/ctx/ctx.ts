import type { Ability } from "@/lib/ability/define";
import type { AgentScope, Role } from "@/lib/ability/permissions";
import type { Device } from "@/lib/auth/device";
import type { ChatOrigin } from "./chat-origin";
import type { RateLimit } from "@/lib/rates/limits";

/** Who acts. A closed union. */
export type Actor =
  | {
      kind: "person";
      id: string;
      name: string;
      email: string;
      roles: readonly { role: Role; workspaceId: string | null; validUntil: Date | null }[];
      /** Empty for who decides in a chat: see `chat` below. */
      sessionId: string;
      /** What `person.access_version` was when the ability was built. */
      accessVersion: number;
    }
  | { kind: "agent"; id: string; name: string; apiKeyId: string; scopes: readonly AgentScope[]; workspaceId: string; projectId: string }
  | { kind: "directory"; id: string; name: string }
  | { kind: "system"; id: SystemName; name: string };

/** The parts of the portal that act by themselves. */
export type SystemName = "runs" | "agents" | "approvals" | "budgets" | "chat" | "mail" | "directories" | "audit" | "sign-in" | "bootstrap" | "runner" | "demo";

/**
 * Everything a verb knows about its caller. Made in `lib/ctx/session.ts`, `lib/ctx/key.ts`, `lib/ctx/directory.ts`,
 * `lib/ctx/chat.ts` and `lib/ctx/system.ts` only, and never from input.
 */
export type Ctx = {
  readonly organizationId: string;
  readonly actor: Actor;
  readonly ability: Ability;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** When a person's roles ask for a second factor that they do not have; once it has passed they may do nothing but set one up. */
  readonly factorDueAt?: Date | null;
  /** The page that was asked for, where a page was. */
  readonly path?: string | null;
  /** Which network rules its address was compared with: the same as long as none of them changes. */
  readonly network?: string;
  /** While somebody signs in with a browser: what it says of who signed in with it before. */
  readonly device?: Device | null;
  /** For a person who has no session, but decides in a chat whose word for them their identity provider bears out. */
  readonly chat?: ChatOrigin;
};

export type PersonCtx = Ctx & { readonly actor: Extract<Actor, { kind: "person" }> };
export type DirectoryCtx = Ctx & { readonly actor: Extract<Actor, { kind: "directory" }> };
export type AgentCtx = Ctx & {
  readonly actor: Extract<Actor, { kind: "agent" }>;
  /** How often it may call the API; left out or empty: as often as it likes. Null: that cannot be read. */
  readonly callLimits?: readonly RateLimit[] | null;
};
