import { chatChannel, chatIdentity, chatMessage, chatPress, chatTold } from "@/db/schema/chat";
import type { Tx } from "@/db/tenant";
import { sealAddress, sealSigningSecret } from "@/lib/chat/address";
import { testItem } from "@/lib/chat/row";
import { newId } from "@/lib/id";

type Of = { mark: string; organizationId: string; workspaceId: string; personId: string };

/** A channel of a place, with a message that waits and what it was told. */
export async function placeChat(tx: Tx, { mark, organizationId, workspaceId, personId }: Of): Promise<{ channelId: string; chatMessageId: string }> {
  const [channelId, chatMessageId] = [newId(), newId()];
  await tx.insert(chatChannel).values({
    id: channelId, organizationId, workspaceId, kind: "webhook", name: `Channel ${mark}`, url: sealAddress(channelId, `http://127.0.0.1:1/${mark}`), shown: `127.0.0.1/…${mark}`,
    secret: sealSigningSecret(channelId, `whsec_${mark}`), topics: ["requests"], riskAtLeast: "LOW", createdBy: personId,
  });
  await tx.insert(chatMessage).values({ id: chatMessageId, organizationId, channelId, items: [testItem(mark)] });
  await tx.insert(chatPress).values({ organizationId, channelId, nonce: mark });
  await tx.insert(chatIdentity).values({ id: newId(), organizationId, personId, kind: "webhook", chatId: mark, source: "sso", sourceId: newId(), claim: mark });
  await tx.insert(chatTold).values({ organizationId, channelId, key: mark });
  return { channelId, chatMessageId };
}
