"use client";
import { Button } from "@/components/ui/button";

type View = "grid" | "yaml";

/** Which of the two forms is shown. */
export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <div role="group" aria-label="Form" className="flex gap-1">
      {(["grid", "yaml"] as const).map((form) => (
        <Button key={form} size="sm" variant={view === form ? "secondary" : "ghost"} aria-pressed={view === form} onClick={() => onChange(form)}>
          {form === "grid" ? "Grid" : "YAML"}
        </Button>
      ))}
    </div>
  );
}
