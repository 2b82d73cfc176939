import { ActionsTable } from "./actions-table";

export default function AgentActionsLoading() {
  return <ActionsTable rows={null} />;
}
