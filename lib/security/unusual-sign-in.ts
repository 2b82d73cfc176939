import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import type { Ctx } from "@/lib/ctx/ctx";
import { env } from "@/lib/env";
import { countryName } from "@/lib/geo/country";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { queueMail } from "@/lib/mail/queue";
import { notify } from "@/lib/notices/notify";
import { deviceName } from "@/lib/sessions/device";
import { transact } from "@/lib/transact";
import { inWords, type Unusual } from "./unusual";

type Person = { id: string; email: string; name: string };

/** What is told of a sign-in: from where, by what, and why it is told. */
type SignIn = { country: string | null; ip: string | null; userAgent: string | null; unusual: readonly Unusual[] };

/** Tells the person of a sign-in that was let in although it is unusual for them, in the portal and by mail. */
export function tellUnusual(tx: Tx, organizationId: string, who: Person, signIn: SignIn): Promise<JobEvent[]> {
  return tell(tx, organizationId, who, {
    title: "You signed in in a way that is unusual for you",
    body: `${described(signIn)}. If it was you, there is nothing to do. If not, end that session in your account now and change your password.`,
  });
}

/** The organization lets nobody in this way: the comer reads the same as for a wrong password, the person learns why. */
export class UnusualSignIn extends NotAdmitted {
  constructor(
    private readonly ctx: Ctx,
    private readonly who: Person,
    private readonly signIn: SignIn,
  ) {
    super("the sign-in is unusual");
  }

  override async record(): Promise<boolean> {
    const { ctx, who, signIn } = this;
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "sessions", "view", { workspaceId: null });
      const send = await tell(tx, ctx.organizationId, who, {
        title: "A sign-in that is unusual for you was refused",
        body: `${described(signIn)}. Your password was right. If it was you, sign in from where you usually do, with a second factor, or ask an admin. If not, somebody knows your password: change it now.`,
      });
      const resource = { type: "person", id: who.id, name: who.email };
      const details = { reason: "unusual", unusual: [...signIn.unusual], country: signIn.country };
      return { value: null, audit: { action: "sessions.sign_in_refused", resource, details, outcome: "blocked" }, send };
    });
    return true;
  }
}

function described({ country, ip, userAgent, unusual }: SignIn): string {
  const from = [ip, country ? countryName(country) : null].filter(Boolean).join(", ");
  return `${deviceName(userAgent)}${from ? ` from ${from}` : ""}: ${inWords(unusual, country)}`;
}

async function tell(tx: Tx, organizationId: string, who: Person, { title, body }: { title: string; body: string }): Promise<JobEvent[]> {
  const dedupeKey = `unusual-sign-in:${newId()}`;
  await notify(tx, organizationId, { personIds: [who.id], dedupeKey, title, body, href: "/account" });
  return queueMail(tx, organizationId, { dedupeKey, to: who.email, subject: title, text: [`Hello ${who.name},`, body, new URL("/account", env().APP_URL).href].join("\n\n") });
}
