import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function SecurityLoading() {
  return (
    <>
      <PageHeader title="Sign-in security" description="How long sessions last, what happens to unusual sign-ins, and who needs a second factor." />
      <SkeletonCard />
    </>
  );
}
