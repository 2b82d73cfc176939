import type { SearchParams } from "@/components/data-table/search-params";
import { Drawer } from "@/components/ui/drawer";
import { ErrorState } from "@/components/ui/error-state";
import { describeAction } from "@/lib/audit/describe";
import { type EventView, loadEvent } from "@/lib/audit/load";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { EventDetails } from "./event-details";

/** The event that the address opens beside the list. */
export async function EventDrawer({ ctx, params }: { ctx: PersonCtx; params: SearchParams }) {
  const { event } = params;
  if (typeof event !== "string" || !/^[1-9]\d{0,15}$/.test(event)) return null;
  const seq = Number(event);
  const view = await find(ctx, seq);
  return (
    <Drawer open closeParam="event" title={view ? describeAction(view.body.action) : "No such event"} description={`Event ${seq.toLocaleString("en-US")}`}>
      {view ? <EventDetails view={view} inDrawer /> : <ErrorState title="No such event" message={`There is no event ${seq}, or it is not yours to see.`} />}
    </Drawer>
  );
}

async function find(ctx: PersonCtx, seq: number): Promise<EventView | null> {
  try {
    return await loadEvent(ctx, { seq });
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
