"use server";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { sessionCookie } from "@/lib/auth/cookie";
import { signOut } from "@/lib/auth/sign-out";
import { sessionToLeave } from "@/lib/ctx/session";
import { requireOwnPage } from "@/lib/own-page";

/** Ends the session for good, then forgets its cookie. */
export async function leave(): Promise<void> {
  requireOwnPage(await headers());
  const ctx = await sessionToLeave();
  if (ctx) await signOut(ctx);
  const { name, options } = sessionCookie();
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
  redirect("/sign-in");
}
