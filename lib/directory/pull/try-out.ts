import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { read } from "@/lib/transact";
import { loadConnected } from "../row";
import type { Sample } from "./records";
import { loadSource } from "./source";

export const TestDirectoryInput = z.strictObject({ id: z.uuid() });
export type TestDirectoryInput = z.infer<typeof TestDirectoryInput>;

export type TryOut = { sample: Sample } | { problem: string; hint: string | null };

/** Connects, signs in and reads the first users and groups, so that an admin sees whether it is right, or what to do. Nothing is kept. */
export async function testDirectory(ctx: PersonCtx, { id }: TestDirectoryInput): Promise<TryOut> {
  const source = await read(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await loadConnected(tx, id);
    return loadSource(tx, id);
  });
  try {
    return { sample: await source.sample() };
  } catch (error) {
    if (error instanceof AppError) return { problem: error.message, hint: error.hint ?? null };
    throw error;
  }
}
