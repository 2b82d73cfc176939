import { Callout } from "../ui/callout";
import type { ActionFailure } from "./result";

/** Why something was refused, and what to do, read aloud when it comes. For what is asked outside of a form. */
export function FailureAlert({ failure }: { failure: ActionFailure | null }) {
  return (
    <div role="alert" className="empty:hidden">
      {failure ? (
        <Callout tone="danger" title={failure.message}>
          {failure.hint}
        </Callout>
      ) : null}
    </div>
  );
}
