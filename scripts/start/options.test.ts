import path from "node:path";
import { expect, test } from "vitest";
import { parseOptions } from "./options";

test("without options the portal listens on this machine only, with demo data", () => {
  const options = parseOptions([], {});
  expect(options).toMatchObject({ demo: true, port: 3000, host: "127.0.0.1", help: false });
  expect(path.basename(options.dataDir)).toBe(".data");
});

test("the option wins over the variable", () => {
  expect(parseOptions(["--port", "4000"], { PORT: "5000" }).port).toBe(4000);
  expect(parseOptions([], { PORT: "5000" }).port).toBe(5000);
});

test("an unknown option is named, with the options there are", () => {
  expect(() => parseOptions(["--prot", "1"], {})).toThrow(/--prot[\s\S]*--port N/);
});

test.each(["", "0", "70000", "80a", "-1"])("the port %j is refused", (port) => {
  expect(() => parseOptions([`--port=${port}`], {})).toThrow(/1 to 65535/);
});
