"use server";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { sessionCookie } from "@/lib/auth/cookie";
import { signOut } from "@/lib/auth/sign-out";
import { currentSession } from "@/lib/ctx/session";

/** Ends the session for good, then forgets its cookie. */
export async function leave(): Promise<void> {
  const ctx = await currentSession();
  if (ctx) await signOut(ctx);
  const { name, options } = sessionCookie();
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
  redirect("/sign-in");
}
