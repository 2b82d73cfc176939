import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function NoticesLoading() {
  return (
    <>
      <PageHeader title="Notices in chat" description="Where people are told besides the portal and their mail." />
      <SkeletonCard />
    </>
  );
}
