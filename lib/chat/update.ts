import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { riskClasses } from "@/db/schema/agent";
import { chatChannel, chatTopics } from "@/db/schema/chat";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { lockChannel } from "./row";

export const UpdateChannelInput = z.strictObject({
  id: z.uuid(),
  name: cleanText({ max: 80 }),
  topics: z.array(z.enum(chatTopics)).min(1, "choose at least one").max(chatTopics.length),
  riskAtLeast: z.enum(riskClasses),
});
export type UpdateChannelInput = z.infer<typeof UpdateChannelInput>;

/**
 * Changes what a channel is called and what it is told. To be told more asks for a fresh proof, as adding it did; what happened
 * before is not told afterwards. Its address and its workspace stay: another is another channel.
 */
export async function updateChannel(ctx: PersonCtx, { id, ...wanted }: UpdateChannelInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { name, topics, riskAtLeast, workspaceId } = await lockChannel(tx, id);
    const before = { name, topics, riskAtLeast };
    const after = { ...wanted, topics: chatTopics.filter((topic) => wanted.topics.includes(topic)) };
    const more = after.topics.some((topic) => !topics.includes(topic)) || riskClasses.indexOf(after.riskAtLeast) < riskClasses.indexOf(riskAtLeast);
    if (more) await requireFreshProof(tx, ctx, "chat.update", id);
    if (!more && after.name === name && after.topics.length === topics.length && after.riskAtLeast === riskAtLeast) return { value: { id }, audit: noAudit("it was so already") };
    await tx.update(chatChannel).set({ ...after, ...(more ? { since: sql`now()` } : {}) }).where(eq(chatChannel.id, id));
    return { value: { id }, audit: { action: "chat.updated", resource: { type: "chat_channel", id, name: after.name, workspaceId }, details: { before, after } } };
  });
}
