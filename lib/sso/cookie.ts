import { cookies } from "next/headers";
import { ssoCookie } from "./browser-secret";

/** What this browser keeps of its way to an identity provider and back. Inside server actions and route handlers only. */
export async function keepForSso(value: string, seconds: number): Promise<void> {
  const { name, options } = ssoCookie(seconds);
  (await cookies()).set(name, value, options);
}

export async function keptForSso(): Promise<string | null> {
  return (await cookies()).get(ssoCookie(0).name)?.value ?? null;
}
