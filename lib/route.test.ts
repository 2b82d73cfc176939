import { expect, it } from "vitest";
import { z } from "zod";
import { route } from "./route";

const door = route(z.object({}), async () => new Response("done"));
const ask = (method: string, site: string) =>
  door(new Request("http://localhost:3000/audit/verify", { method, headers: { "sec-fetch-site": site } }), { params: Promise.resolve({}) });

it.each(["same-site", "cross-site", "none"])("does nothing for a page of another origin: POST from %s", async (site) => {
  expect((await ask("POST", site)).status).toBe(403);
});
