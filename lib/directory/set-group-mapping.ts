import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { type MappingInput, writeMapping } from "./mapping";
import { recomputeRoles } from "./recompute";

export { MappingInput as SetGroupMappingInput } from "./mapping";

/** Saves which roles a group gives; its members have them, or lose them, from their next request on. */
export async function setGroupMapping(ctx: PersonCtx, input: MappingInput): Promise<{ groupId: string }> {
  return transact(ctx, async (tx) => {
    const { groupId } = input;
    const { before, after, group: { group, directory } } = await writeMapping(tx, ctx, input);
    await requireFreshProof(tx, ctx, "directory.map", `${groupId} ${input.gives.join(" ")}`);
    const roles = await recomputeRoles(tx, ctx, directory, null);
    const resource = { type: "directory_group", id: groupId, name: group.displayName };
    return { value: { groupId }, audit: [{ action: "directory.mapping_changed", resource, details: { directory: directory.id, before, after } }, ...roles] };
  });
}
