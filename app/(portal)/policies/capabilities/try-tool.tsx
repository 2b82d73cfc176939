"use client";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { NamedLayer } from "@/lib/policies/layers";
import type { Draft } from "./draft";

const answers = {
  allowed: { label: "Allowed", tone: "ok", icon: "check" },
  approval: { label: "Asks a person", tone: "warn", icon: "user-check" },
  blocked: { label: "Blocked", tone: "danger", icon: "x" },
} as const;

type Answer = { tool: string; mode: keyof typeof answers; because: string; lines: string[] };

/** What all levels together say of one tool, with the row that says so, as the grid stands in the editor. */
export function TryTool({ draft, above, currency }: { draft: Draft; above: readonly NamedLayer[]; currency: string }) {
  const id = useId();
  const [tool, setTool] = useState("");
  const [answer, setAnswer] = useState<Answer | null>(null);

  async function ask() {
    if (tool.trim() === "") return;
    const { tryTool } = await import("./effects");
    setAnswer({ tool: tool.trim(), ...tryTool(draft, above, currency, tool) });
  }

  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <Label htmlFor={id}>What holds for one tool</Label>
      <div className="flex max-w-xl gap-2">
        <Input id={id} className="font-mono" spellCheck={false} autoCapitalize="none" placeholder="crm.export" value={tool} onChange={(event) => setTool(event.target.value)} />
        <Button type="submit">Show</Button>
      </div>
      <div role="status" className="text-sm empty:hidden">
        {answer ? (
          <>
            <p className="flex flex-wrap items-center gap-2">
              <code className="font-mono wrap-anywhere">{answer.tool}</code>
              <Badge tone={answers[answer.mode].tone} icon={answers[answer.mode].icon}>
                {answers[answer.mode].label}
              </Badge>
              <span className="text-muted">by {answer.because}</span>
            </p>
            <ul className="mt-1 list-disc pl-4 text-muted">
              {answer.lines.map((line) => (
                <li key={line} className="wrap-anywhere">
                  {line}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </form>
  );
}
