"use client";
import { Button } from "@/components/ui/button";
import { useCloseDialog } from "@/components/ui/modal";
import { useCopy } from "@/components/ui/use-copy";

/** Recovery codes, shown this once. */
export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const close = useCloseDialog();
  const { copied, copy } = useCopy(codes.join("\n"));
  return (
    <div className="grid gap-3 rounded-md border border-warn-line bg-warn-soft p-3">
      <p>
        <span className="font-semibold">Keep these recovery codes.</span> Each signs you in once when nothing else is at hand. They are stored only as hashes and cannot be shown again.
      </p>
      <ol aria-label="Recovery codes" className="grid gap-x-4 gap-y-1 rounded-md border border-line bg-surface px-3 py-2 font-mono text-sm">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" autoFocus icon={copied ? "check" : "copy"} onClick={copy}>
          {copied ? "Copied" : "Copy all"}
        </Button>
        <Button variant="ghost" onClick={() => close?.()}>
          I have stored them
        </Button>
      </div>
    </div>
  );
}
