import { PageHeader } from "@/components/ui/page-header";
import { KeysTable } from "./keys-table";

export default function KeysLoading() {
  return (
    <>
      <PageHeader title="API keys" description="Every key with which an agent may call. Only hashes are stored; revoking one works at once." />
      <KeysTable rows={null} />
    </>
  );
}
