import { sandboxTools } from "@/lib/actions/sandbox-arguments";
import { actionIn, approved, attribute, equals, joined, type PolicyJson, unless, value, when } from "./policy-json";

const everywhere = { principal: { op: "All" }, action: actionIn("boundary"), resource: { op: "All" } } as const;
const atLevel = (level: string) => equals(attribute("principal", "level"), value(level));

/** The sandboxing levels as Cedar: the same few policies for every agent, whose level is an attribute of it. */
export function compileLevels(): PolicyJson[] {
  const ofSandbox = Object.keys(sandboxTools).map((tool) => equals(attribute("context", "tool"), value(tool)));
  return [
    {
      effect: "forbid",
      ...everywhere,
      conditions: [when(atLevel("isolated")), unless(joined("||", ofSandbox))],
      annotations: { id: "level.isolated", message: "This agent is isolated: it may use the sandbox and nothing else." },
    },
    {
      effect: "forbid",
      ...everywhere,
      conditions: [when(atLevel("strict")), unless(approved)],
      annotations: { id: "level.strict", message: "This agent is at level strict: everything it does needs a person's yes." },
    },
    {
      effect: "permit",
      ...everywhere,
      conditions: [when(joined("&&", [joined("||", [atLevel("strict"), atLevel("standard")]), approved]))],
      annotations: { id: "capability.not_listed", message: "{tool} is not on this agent's list of tools." },
    },
    {
      effect: "permit",
      ...everywhere,
      conditions: [when(atLevel("trusted"))],
      annotations: { id: "level.trusted", message: "This agent is at level trusted: it may use what is not on its list." },
    },
  ];
}
