import { AppError } from "@/lib/errors";
import type { Page } from "@/lib/keyset";

type TablePage<Row> = { rows: Row[]; page?: { next: string | null; previous: string | null }; error?: { message: string } };

/** A page of a list as its table takes it; an address that the list does not understand is said in the table's place. */
export async function tablePage<Row>(load: Promise<Page<Row>>): Promise<TablePage<Row>> {
  try {
    const { rows, next, previous } = await load;
    return { rows, page: { next, previous } };
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_input") return { rows: [], error: { message: `${error.message} ${error.hint ?? ""}`.trim() } };
    throw error;
  }
}
