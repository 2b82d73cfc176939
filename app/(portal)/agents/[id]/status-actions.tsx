import { ActionButton } from "@/components/form/action-button";
import type { AgentStatus } from "@/lib/agents/lifecycle";
import { setStatus } from "../actions";

type Props = { agent: { id: string; name: string; keys: number }; next: readonly AgentStatus[] };

/** The steps of the lifecycle that are open to whoever looks. */
export function StatusActions({ agent, next }: Props) {
  const keys = agent.keys === 1 ? "Its key is" : `Its ${agent.keys} keys are`;
  return (
    <>
      {next.includes("active") ? (
        <ActionButton action={setStatus} input={{ id: agent.id, status: "active" }} success={`${agent.name} is active`} variant="primary" icon="play">
          Activate
        </ActionButton>
      ) : null}
      {next.includes("suspended") ? (
        <ActionButton
          action={setStatus}
          input={{ id: agent.id, status: "suspended" }}
          success={`${agent.name} is suspended`}
          icon="pause"
          confirm={{
            title: `Suspend ${agent.name}?`,
            consequence: "Every new action of the agent is denied from now on, until it is activated again. What already runs goes on; stop it on its run's page.",
            confirmLabel: "Suspend",
          }}
        >
          Suspend
        </ActionButton>
      ) : null}
      {next.includes("retired") ? (
        <ActionButton
          action={setStatus}
          input={{ id: agent.id, status: "retired" }}
          success={`${agent.name} is retired`}
          variant="ghost"
          icon="archive"
          confirm={{
            title: `Retire ${agent.name}?`,
            consequence: `This is the end of it: a retired agent does not come back. ${agent.keys > 0 ? `${keys} revoked at once. ` : ""}Its history stays.`,
            confirmLabel: "Retire",
            typed: agent.name,
          }}
        >
          Retire
        </ActionButton>
      ) : null}
    </>
  );
}
