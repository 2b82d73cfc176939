import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";

export default function DirectoryLoading() {
  return (
    <>
      <PageHeader title="Directory" description="Your company's directory says who works here: whoever it adds comes in, whoever it takes away is out." />
      <SkeletonCard />
    </>
  );
}
