import { isSandboxTool, sandboxTools } from "@/lib/actions/sandbox-arguments";
import { say, type Sentence } from "./say";

const languages = { python: "a Python program", node: "a JavaScript program", shell: "a shell script" } as const;
const verbs = new Set(["create", "delete", "deploy", "get", "list", "pay", "post", "publish", "read", "refund", "search", "send", "transfer", "update", "write"]);

/** What a tool does, after "to": "send mail". A tool whose name is not as plain as that is called by its name. */
export function taskWords(tool: string, operation: string, resource: string): Sentence {
  const on = resource ? say`: ${resource}` : [];
  if (isSandboxTool(tool)) return [`run ${languages[sandboxTools[tool]]}`, ...on];
  const [, thing, verb] = /^([a-z]{2,30})\.([a-z]{2,30})$/.exec(tool) ?? [];
  // Another operation than the tool's own would make the plain words untrue.
  const itself = operation === "execute" || operation === verb || operation === "";
  if (thing && verb && verbs.has(verb) && itself) return [`${verb} ${thing}`, ...on];
  return say`use ${tool}${itself ? [] : say` (${operation})`}${on}`;
}

/** The program of a run that has ended, after "Ran". */
export function programWords(tool: string): string {
  return isSandboxTool(tool) ? languages[sandboxTools[tool]] : "a program";
}
