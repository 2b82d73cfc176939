/** Loaded at the first call: the client reads the environment, which a build does not have. */
async function answer(request: Request): Promise<Response> {
  const { answerEngine } = await import("@/inngest/serve");
  return answerEngine(request);
}

export { answer as GET, answer as POST, answer as PUT };
