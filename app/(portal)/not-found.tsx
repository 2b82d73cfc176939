import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";

/** For what a page looked up and did not find; the same words for what belongs to somebody else. */
export default function NotFound() {
  return (
    <>
      <PageHeader title="There is nothing here" description="The address is wrong, what it named is gone, or it is not yours to see." />
      <ButtonLink href="/">Go to your home page</ButtonLink>
    </>
  );
}
