import { describe, expect, it } from "vitest";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { boundariesOf } from "./of-action";

const of = (tool: string, args: Record<string, unknown> = {}, more: { operation?: string; resource?: string } = {}) =>
  boundariesOf(SubmitActionInput.parse({ tool, arguments: args, estimatedCostMicros: 0, ...more }));
const touched = (...given: Parameters<typeof of>) => of(...given).touched.slice(1).map(({ action, resource }) => `${action} ${resource.type} ${resource.id}`);

describe("what an action touches", () => {
  it.each<[string, Parameters<typeof of>, string[]]>([
    ["only the tool, where nothing else is named", ["crm.read", { customer: 7 }], []],
    ["a file that is read", ["file.read", { path: "/reports//may.csv" }], ["file_read Path /reports/may.csv"]],
    ["a file that is written", ["file.write", { path: "/reports/may.csv" }], ["file_write Path /reports/may.csv"]],
    ["a file by the tool's word, not the agent's", ["file.delete", { path: "/x" }, { operation: "read" }], ["file_write Path /x"]],
    ["a file whose operation says that it is written", ["file.read", { path: "/x" }, { operation: "delete" }], ["file_write Path /x"]],
    ["both ends of a copy, and the resource", ["fs.copy", { from: "/a", to: "/b" }, { resource: "/c" }], ["file_write Path /a", "file_write Path /b", "file_write Path /c"]],
    ["a path of any other tool", ["crm.import", { options: { filePath: "in.csv" } }], ["file_write Path in.csv"]],
    ["a host, however it is spelled", ["http.get", { url: "HTTPS://Example.COM.:443/a%20b?path=../x" }], ["network Domain example.com"]],
    ["recipients, at any depth", ["mail.send", { to: ["a@x.test", { name: "B", email: "b@x.test" }], cc: "c@x.test" }], ["communication Channel a@x.test", "communication Channel B", "communication Channel b@x.test", "communication Channel c@x.test"]],
    ["a message to nobody that is named", ["slack.post", { text: "hello" }], ["communication Channel "]],
    ["a command", ["shell.run", { command: "ls -l" }], ["command Command ls -l"]],
    ["a table", ["sql.query", { table: "ledger" }], ["tool Table ledger"]],
    ["a model", ["llm.complete", { model: "large-2" }], ["tool Model large-2"]],
    ["a stage", ["pipeline.advance", { stage: "release" }], ["stage Stage release"]],
    ["a secret", ["vault.read", { name: "db-password" }], ["secret Secret db-password"]],
    ["a program in the sandbox", ["sandbox.python", { code: "open('/etc/passwd')" }], ["command Command sandbox.python"]],
  ])("is %s", (_what, given, expected) => {
    expect(touched(...given)).toEqual(expected);
    expect(of(...given).unreadable).toBeNull();
  });

  it.each<[string, Parameters<typeof of>, string]>([
    ["a path that leads out", ["file.read", { path: "/reports/../../etc/passwd" }], "arguments.path"],
    ["an encoded slash", ["file.read", { path: "/reports/%2e%2e%2fetc" }], "arguments.path"],
    ["a host with a user name before it", ["http.get", { url: "https://example.com@evil.test/" }], "arguments.url"],
    ["more recipients than anybody reads", ["mail.send", { to: Array.from({ length: 300 }, (_, at) => `p${at}@x.test`) }], "arguments"],
  ])("cannot be told of %s", (_what, given, where) => {
    expect(of(...given).unreadable).toMatchObject({ where });
  });
});
