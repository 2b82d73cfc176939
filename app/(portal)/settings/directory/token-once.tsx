"use client";
import { CopyButton } from "@/components/ui/copy-button";
import { SecretOnce } from "@/components/ui/secret-once";

/** What the directory must be told: our address, and its token, which is not shown again. */
export function TokenOnce({ token, baseUrl }: { token: string; baseUrl: string }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        <p className="font-medium">Base URL</p>
        <p className="flex flex-wrap items-center gap-2">
          <code className="font-mono text-sm break-all">{baseUrl}</code>
          <CopyButton text={baseUrl} label="Copy the base URL" />
        </p>
      </div>
      <SecretOnce secret={token} label="The token" />
    </div>
  );
}
