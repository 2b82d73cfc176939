import { inArray } from "drizzle-orm";
import { workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, permissionTable } from "@/lib/ability/permissions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { type MappingInput, writeMapping } from "./mapping";
import { type RoleChange, roleChanges } from "./recompute";

export { MappingInput as PreviewGroupMappingInput } from "./mapping";

const mostNamed = 50;

/** Who would get and who would lose a role; the first fifty of each by name. */
export type MappingPreview = { gained: Effect[]; gainedCount: number; lost: Effect[]; lostCount: number };
export type Effect = { person: string; role: string; where: string };

class Undo extends Error {
  constructor(readonly preview: MappingPreview) {
    super("a preview is never kept");
  }
}

/**
 * What saving this mapping would do, by doing it and undoing it: the same checks, the same look at who is in which group.
 * @throws AppError as `setGroupMapping`.
 */
export async function previewGroupMapping(ctx: PersonCtx, input: MappingInput): Promise<MappingPreview> {
  try {
    return await transact<MappingPreview>(ctx, async (tx) => {
      const { group } = await writeMapping(tx, ctx, input);
      throw new Undo(await named(tx, await roleChanges(tx, group.directory.id, null)));
    });
  } catch (error) {
    if (error instanceof Undo) return error.preview;
    throw error;
  }
}

async function named(tx: Tx, { gained, lost }: { gained: RoleChange[]; lost: RoleChange[] }): Promise<MappingPreview> {
  const shown = [...gained.slice(0, mostNamed), ...lost.slice(0, mostNamed)];
  const [people, places] = [new Set(shown.map(({ personId }) => personId)), new Set(shown.flatMap(({ workspaceId }) => workspaceId ?? []))];
  const names = people.size > 0 ? await tx.select({ id: person.id, name: person.name, email: person.email }).from(person).where(inArray(person.id, [...people])) : [];
  const spots = places.size > 0 ? await tx.select({ id: workspace.id, name: workspace.name }).from(workspace).where(inArray(workspace.id, [...places])) : [];
  const effect = ({ personId, role, workspaceId }: RoleChange): Effect => {
    const who = names.find(({ id }) => id === personId);
    return {
      person: who ? `${who.name} (${who.email})` : "",
      role: isRole(role) ? permissionTable[role].label : role,
      where: workspaceId ? (spots.find(({ id }) => id === workspaceId)?.name ?? "") : "the whole organization",
    };
  };
  return { gained: gained.slice(0, mostNamed).map(effect), gainedCount: gained.length, lost: lost.slice(0, mostNamed).map(effect), lostCount: lost.length };
}
