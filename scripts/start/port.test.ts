import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { ownPort, requireFreePort } from "./port";

test("a taken port is told with the option that helps", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(requireFreePort("127.0.0.1", port)).rejects.toThrow(/taken[\s\S]*--port \d+/);
  other.close();
  await once(other, "close");
  await expect(requireFreePort("127.0.0.1", port)).resolves.toBeUndefined();
});

test("an address that is not this machine's is named", async () => {
  await expect(requireFreePort("192.0.2.1", 4000)).rejects.toThrow("192.0.2.1:4000");
});

test("a part's port is none that the system lends to outgoing connections", async () => {
  expect(await ownPort()).toBeLessThan(32_768);
});
