import { expect, it } from "vitest";
import { LiveInput, liveStream } from "@/lib/live/stream";
import { waitFor } from "@/lib/live/wait-for";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { beginDraining, isDraining } from "./draining";

useTestDatabase();

it("ends live streams and waits when the process begins to end, and those that come later at once", async () => {
  const { organizationId, as, agentId } = await tenant();
  const ctx = await as("supervisor");
  const open = async () => (await liveStream(ctx, LiveInput.parse({ topic: "approvals" }), new Request("http://portal/api/live"))).text();
  const wait = () => waitFor(organizationId, `action:${agentId}`, { until: async () => false, timeoutMs: 600_000 });
  const before = [open(), wait()];
  expect(isDraining()).toBe(false);
  beginDraining();
  expect(await Promise.all(before)).toEqual([expect.anything(), false]);
  expect(await Promise.all([open(), wait()])).toEqual(["", false]);
});
