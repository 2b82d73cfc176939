import { PageHeader } from "@/components/ui/page-header";
import { MembersTable } from "./members-table";

export default function Loading() {
  return (
    <>
      <PageHeader title="Members" description="Who may come in, and what they may do. Changes count at once." />
      <MembersTable rows={null} />
    </>
  );
}
