import { PageHeader } from "@/components/ui/page-header";
import { MembersTable } from "./members-table";

export default function Loading() {
  return (
    <>
      <PageHeader title="Members" description="Who may come in, and what they may do. A change counts from their next click on." />
      <MembersTable rows={null} />
    </>
  );
}
