"use client";
import { useCallback } from "react";
import { Button } from "@/components/ui/button";
import { maxTools } from "@/lib/policies/terms";
import type { Draft, DraftTool } from "./draft";
import type { RowNote } from "./effects";
import { ToolRow } from "./tool-row";

const unlisted: Record<Draft["level"], string> = {
  "": "What no row names is as the agent's own level says.",
  strict: "Everything waits for a person at this level; blocked stays blocked.",
  standard: "What no row names waits for a person.",
  trusted: "What no row names is allowed.",
  isolated: "What no row names is denied, and only sandbox tools are ever allowed.",
};

const open = { limited: false, text: "" };

type Props = {
  rows: readonly DraftTool[];
  onChange: (change: (rows: DraftTool[]) => DraftTool[]) => void;
  notes: ReadonlyMap<number, RowNote> | undefined;
  currency: string;
  level: Draft["level"];
  readOnly: boolean;
};

/** The capability matrix: which tools, how, how often, up to what cost of one call, and on what. */
export function ToolGrid({ rows, onChange, notes, currency, level, readOnly }: Props) {
  const change = useCallback(
    (id: number, to: Partial<DraftTool> | null) =>
      onChange((all) => (to === null ? all.filter((row) => row.id !== id) : all.map((row) => (row.id === id ? { ...row, ...to } : row)))),
    [onChange],
  );
  const add = () =>
    onChange((all) => [...all, { id: Math.max(-1, ...all.map((row) => row.id)) + 1, tool: "", mode: "approval", ceiling: "", rate: "", paths: open, domains: open, operations: open }]);
  return (
    <section aria-labelledby="tools-title" className="grid min-w-0 gap-2">
      <h3 id="tools-title" className="font-semibold">
        Tools
      </h3>
      <p className="text-sm text-muted">
        {unlisted[level]} Where several rows match, all hold and the strictest counts. <code className="font-mono">*</code> stands for any characters: <code className="font-mono">read:*</code>, <code className="font-mono">sandbox.*</code>. A rate such as <code className="font-mono">100/hour</code> counts the calls of one agent, all tools of the row together.
      </p>
      <div className="relative min-w-0 rounded-md border border-line sm:overflow-x-auto">
        <table className="w-full border-collapse text-left max-sm:block sm:min-w-4xl">
          <thead className="bg-sunken text-sm text-muted max-sm:hidden">
            <tr>
              <th className="px-2 py-1.5 font-medium">Tool</th>
              <th className="w-40 px-2 py-1.5 font-medium">Mode</th>
              <th className="w-32 px-2 py-1.5 font-medium">Rate</th>
              <th className="w-36 px-2 py-1.5 font-medium">Ceiling of one call ({currency})</th>
              <th className="w-48 px-2 py-1.5 font-medium">Used on</th>
              <th className="w-12">
                <span className="sr-only">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {rows.map((row, at) => (
              <ToolRow key={row.id} row={row} at={at} note={notes?.get(row.id)} readOnly={readOnly} onChange={change} />
            ))}
            {rows.length === 0 ? (
              <tr>
                <td colSpan={6} className="px-3 py-4 text-center text-muted">
                  No tool is listed.
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      {readOnly || rows.length >= maxTools ? null : (
        <div>
          <Button size="sm" icon="plus" onClick={add}>
            Add a tool
          </Button>
        </div>
      )}
    </section>
  );
}
