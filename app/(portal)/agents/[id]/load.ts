import { notFound } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import { loadAgent, type AgentView } from "@/lib/agents/load";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";

/** The agent of this page, asked for once however many parts need it; what one may not see is not there. */
export const agentOfPage = cache(async (id: string): Promise<AgentView> => {
  const ctx = await requireSession();
  if (!z.uuid().safeParse(id).success) notFound();
  try {
    return await loadAgent(ctx, { id });
  } catch (error) {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "forbidden")) notFound();
    throw error;
  }
});
