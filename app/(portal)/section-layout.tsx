import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { pathHeader } from "@/lib/ctx/path-header";
import { requireSession } from "@/lib/ctx/session";
import { mayOpen } from "./navigation";

/**
 * Around the pages of a section. Each of them asks for its permission itself; behind a `loading.tsx` it can no longer answer
 * with the status 404, since the answer has begun by then. Here it has not.
 */
export default async function SectionLayout({ children }: { children: ReactNode }) {
  const ctx = await requireSession();
  const [path = ""] = ((await headers()).get(pathHeader) ?? "").split("?");
  if (!mayOpen(ctx, path)) notFound();
  return children;
}
