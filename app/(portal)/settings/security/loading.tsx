import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function SecurityLoading() {
  return (
    <>
      <PageHeader title="Sign-in security" description="How long a session lasts, and how many somebody may have." />
      <SkeletonCard />
    </>
  );
}
