/** "approvals.decided" as people say it: "Approval decided". */
export function describeAction(action: string): string {
  const [subject = "", event = ""] = action.split(".");
  const one = singular[subject] ?? subject.replace(/s$/, "");
  const words = `${one} ${event}`.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const singular: Record<string, string> = { access: "access", people: "person", policies: "policy", keys: "API key" };
