import { database } from "@/lib/database";

/** Every organization's id, for the clocks that look after all of them. Each is then visited in a context of its own. */
export async function organizationIds(): Promise<string[]> {
  const rows = await database().sql<{ id: string }[]>`select gate_organizations() as id`;
  return rows.map((row) => row.id);
}
