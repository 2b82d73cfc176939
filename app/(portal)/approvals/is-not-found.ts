import { AppError } from "@/lib/errors";

/** For pages: what the caller may not see looks like what is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof AppError && (error.code === "not_found" || error.code === "forbidden");
}
