import { z } from "zod";
import { riskClasses } from "@/db/schema/agent";
import { chatChannel, chatKinds, chatTopics } from "@/db/schema/chat";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireOpenWorkspace } from "@/lib/workspaces/load";
import { addressProblem, sealAddress, sealSigningSecret, shownAddress } from "./address";
import { queueMessage, testItem } from "./row";
import { newSigningSecret } from "./sign";

const most = 20;

export const AddChannelInput = z.strictObject({
  kind: z.enum(chatKinds),
  name: cleanText({ max: 80 }),
  url: z.string().trim().max(2_000).superRefine((text, check) => {
    const message = addressProblem(text);
    if (message) check.addIssue({ code: "custom", message });
  }),
  /** Empty or left out: what happens in every workspace. */
  workspaceId: z.uuid().or(z.literal("")).nullish().transform((id) => id || null),
  topics: z.array(z.enum(chatTopics)).min(1, "choose at least one").max(chatTopics.length),
  riskAtLeast: z.enum(riskClasses).default("LOW"),
});
export type AddChannelInput = z.infer<typeof AddChannelInput>;

/**
 * Adds a channel and posts a first message to it. `secret`: what a generic webhook's messages are signed with, shown this once.
 * @throws AppError `conflict` when there are too many.
 */
export async function addChannel(ctx: PersonCtx, { url, ...input }: AddChannelInput): Promise<{ id: string; secret: string | null }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    if (input.workspaceId) await requireOpenWorkspace(tx, input.workspaceId);
    await requireFreshProof(tx, ctx, "chat.add", `${input.name} ${new URL(url).host}`);
    if ((await tx.$count(chatChannel)) >= most) throw conflict(`There are ${most} channels already.`, "Remove one that is not needed.");
    const id = newId();
    const secret = input.kind === "webhook" ? newSigningSecret() : null;
    const channel = { ...input, id, organizationId: ctx.organizationId, topics: [...new Set(input.topics)], shown: shownAddress(url), createdBy: ctx.actor.id };
    await tx.insert(chatChannel).values({ ...channel, url: sealAddress(id, url), secret: secret === null ? null : sealSigningSecret(id, secret) });
    const { kind, name, workspaceId, topics, riskAtLeast, shown } = channel;
    return {
      value: { id, secret },
      audit: { action: "chat.added", resource: { type: "chat_channel", id, name, workspaceId }, details: { kind, topics, riskAtLeast, address: shown } },
      send: [await queueMessage(tx, channel, [testItem(name)])],
    };
  });
}
