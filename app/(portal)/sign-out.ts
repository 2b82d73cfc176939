"use server";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { sessionCookie } from "@/lib/auth/cookie";
import { signOut } from "@/lib/auth/sign-out";
import { sessionToLeave } from "@/lib/ctx/session";
import { requireOwnPage } from "@/lib/own-page";
import { signOutAddress } from "@/lib/sso/sign-out-address";

/** Ends the session for good, then forgets its cookie, and goes on to the provider that it came by, to end it there too. */
export async function leave(): Promise<void> {
  requireOwnPage(await headers());
  const ctx = await sessionToLeave();
  if (ctx) await signOut(ctx);
  const { name, options } = sessionCookie();
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
  // Signed out here, whatever the provider does with it.
  const provider = ctx ? await signOutAddress(ctx) : null;
  redirect(provider ?? "/sign-in");
}
