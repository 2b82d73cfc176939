import type { Metadata } from "next";
import Link from "next/link";
import { AuthShell } from "@/components/shell/auth-shell";
import { ResetForm } from "./reset-form";

export const metadata: Metadata = { title: "New password" };

export default function ResetPage() {
  return (
    <AuthShell
      title="Choose a new password"
      description="Tell us your address, and we send you a link."
      footer={
        <Link href="/sign-in" className="text-accent hover:underline">
          Back to signing in
        </Link>
      }
    >
      <ResetForm />
    </AuthShell>
  );
}
