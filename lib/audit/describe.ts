import { actionWords } from "./words";

/** An audit action as a short sentence. One of a release that this one does not know is told by its name. */
export function describeAction(action: string): string {
  if (Object.hasOwn(actionWords, action)) return actionWords[action as keyof typeof actionWords];
  const words = action.replaceAll(/[._]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
