import type { Instrumentation } from "next";

/** Errors of pages, routes and actions, for the log. Loaded at the first one: it reads the environment, which a build does not have. */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  const { tellPageError } = await import("@/lib/requests/page-errors");
  tellPageError(error, request, context);
};
