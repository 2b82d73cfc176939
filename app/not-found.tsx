import type { Metadata } from "next";
import { AuthShell } from "@/components/shell/auth-shell";
import { ButtonLink } from "@/components/ui/button-link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <AuthShell title="There is nothing here" description="The address is wrong, what it named is gone, or it is not yours to see.">
      <ButtonLink href="/" variant="primary">
        Go to your home page
      </ButtonLink>
    </AuthShell>
  );
}
