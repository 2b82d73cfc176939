import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function WorkspacesLoading() {
  return (
    <>
      <PageHeader title="Workspaces" description="The parts of the organization, and the projects on which costs are booked." />
      <div className="grid gap-4">
        <SkeletonCard />
        <SkeletonCard />
      </div>
    </>
  );
}
