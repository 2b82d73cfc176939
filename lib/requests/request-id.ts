import { newId } from "@/lib/id";

/** Set by the server alone; whatever a caller sends under this name is removed. */
export const requestIdHeader = "x-countersign-request-id";

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id that the server gave the request; a new one where no server of ours stands in front. */
export function requestIdOf(given: string | null | undefined): string {
  return given && id.test(given) ? given : newId();
}
