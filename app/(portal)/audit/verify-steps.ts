/** A line of what `POST /audit/verify` tells. */
export type VerifyStep = { checked: number } | { events: number; checkpoints: number; problem: string | null } | { error: string };

/** Starts a verification and gives its steps as they come, JSON Lines over one response. */
export async function* readSteps(signal: AbortSignal): AsyncGenerator<VerifyStep> {
  const response = await fetch("/audit/verify", { method: "POST", signal });
  if (!response.ok || !response.body) {
    const problem: { detail?: string } = await response.json().catch(() => ({}));
    yield { error: problem.detail ?? "The verification could not be started." };
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as VerifyStep;
  }
  if (rest !== "") throw new Error("the answer ended within a line");
}
