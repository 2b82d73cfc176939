import { cookies } from "next/headers";
import { sessionCookie, sessionMaxSeconds, sessionToken } from "./cookie";

/** Gives this browser the cookie of a session that was renewed. Inside server actions and route handlers only. */
export async function giveSession(sessionId: string): Promise<void> {
  const { name, options } = sessionCookie();
  (await cookies()).set(name, await sessionToken(sessionId), { ...options, maxAge: sessionMaxSeconds });
}
