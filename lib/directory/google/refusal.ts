import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { GoogleSettings, ServiceAccount } from "./settings";

/** As Google's APIs answer (cloud.google.com/apis/design/errors, and the older form with reasons). */
const ApiError = z.object({ error: z.object({ message: z.string().max(2_000).default(""), errors: z.array(z.object({ reason: z.string().default("") })).default([]) }) });
const TokenError = z.object({ error: z.string().max(200).default(""), error_description: z.string().max(2_000).default("") });

const quota = new Set(["quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"]);
const delegation = "In the Google Admin console: Security, Access and data control, API controls, Domain-wide delegation. The client is";
const scopeWords = "with the scopes admin.directory.user.readonly and admin.directory.group.readonly";

export function unreachable(cause: unknown): AppError {
  return new AppError("unavailable", "Google cannot be reached, or did not answer in time.", { hint: "See whether the portal may reach googleapis.com. This is tried again by itself.", cause });
}

/** What was wrong when the portal asked to be let in. */
export function tokenRefusal(status: number, body: unknown, { adminEmail }: GoogleSettings, account: ServiceAccount): AppError {
  if (status === 429 || status >= 500) return busy(status);
  const { error, error_description: said } = TokenError.safeParse(body).data ?? { error: "", error_description: "" };
  const client = account.client_id ?? account.client_email;
  if (error === "unauthorized_client") return refused("Google does not let this service account act for an administrator.", `${delegation} ${client}, ${scopeWords}.`);
  if (error === "invalid_grant" && /email|subject|sub/i.test(said)) return refused(`Google knows no active user ${adminEmail}.`, "Give the address of an administrator of this Google Workspace.");
  if (error === "invalid_grant") return refused("Google does not take this key.", "It may have been deleted, or the portal's clock is wrong. Make a new key for the service account and give it here.");
  return refused(`Google refused to let the portal in (${error || status}).`, "Make a new key for the service account and give it here.");
}

/** What was wrong with a request for users or groups. */
export function apiRefusal(status: number, body: unknown, { adminEmail }: GoogleSettings): AppError {
  const { error } = ApiError.safeParse(body).data ?? { error: { message: "", errors: [] } };
  if (status === 429 || status >= 500 || error.errors.some(({ reason }) => quota.has(reason))) return busy(status);
  if (status === 403 && /has not been used|is disabled|accessNotConfigured/i.test(`${error.message} ${error.errors.map(({ reason }) => reason).join(" ")}`)) {
    return refused("The Admin SDK API is not turned on.", "In the Google Cloud console, in the project of the service account: APIs and services, Library, Admin SDK API, Enable.");
  }
  if (status === 403) return refused(`${adminEmail} may not read users and groups.`, `Give an administrator who may, and see that the delegation is ${scopeWords}.`);
  if (status === 401) return refused("Google does not take the portal's access.", `${delegation} the service account, ${scopeWords}.`);
  if (status === 400) return refused("Google does not understand the query.", "See whether the query of users is right, like orgUnitPath=/Staff.");
  return refused(`Google answered with ${status}.`, "Test again in a while.");
}

function busy(status: number): AppError {
  return new AppError("unavailable", status === 429 || status === 403 ? "Google's limit of requests is reached." : "Google has an error of its own.", { hint: "This is tried again by itself." });
}

function refused(problem: string, hint: string): AppError {
  return new AppError("invalid_input", problem, { hint });
}
