import { KeysTable } from "../../../settings/keys/keys-table";

export default function AgentKeysLoading() {
  return <KeysTable ofAgent rows={null} />;
}
