"use client";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { maxTools } from "@/lib/policies/terms";
import type { Draft, DraftTool } from "./draft";

const modes = [
  { value: "allowed", label: "Allowed" },
  { value: "approval", label: "Ask a person" },
  { value: "blocked", label: "Blocked" },
] as const;

const unlisted: Record<Draft["level"], string> = {
  strict: "Everything waits for a person at this level; blocked stays blocked.",
  standard: "What no row names waits for a person.",
  trusted: "What no row names is allowed.",
  isolated: "What no row names is denied, and only sandbox tools are ever allowed.",
};

const open = { limited: false, text: "" };

type Props = { rows: readonly DraftTool[]; onChange: (rows: DraftTool[]) => void; currency: string; level: Draft["level"]; readOnly: boolean };

/** The capability matrix: which tools, how, and up to what cost of one call. */
export function ToolGrid({ rows, onChange, currency, level, readOnly }: Props) {
  const set = (id: number, change: Partial<DraftTool>) => onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const add = () => onChange([...rows, { id: Math.max(-1, ...rows.map((row) => row.id)) + 1, tool: "", mode: "approval", ceiling: "", rate: "", paths: open, domains: open, operations: open }]);
  return (
    <section aria-labelledby="tools-title" className="grid min-w-0 gap-2">
      <h3 id="tools-title" className="font-semibold">
        Tools
      </h3>
      <p className="text-sm text-muted">
        {unlisted[level]} Where several rows match, the strictest counts. <code className="font-mono">*</code> stands for any characters: <code className="font-mono">read:*</code>, <code className="font-mono">sandbox.*</code>.
      </p>
      <div className="relative min-w-0 overflow-x-auto rounded-md border border-line">
        <table className="w-full min-w-xl border-collapse text-left">
          <thead className="bg-sunken text-sm text-muted">
            <tr>
              <th className="px-2 py-1.5 font-medium">Tool</th>
              <th className="w-44 px-2 py-1.5 font-medium">Mode</th>
              <th className="w-44 px-2 py-1.5 font-medium">Ceiling of one call ({currency})</th>
              <th className="w-12">
                <span className="sr-only">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.id} className="border-t border-line">
                <td className="p-1.5">
                  <Input aria-label={`Tool, row ${at + 1}`} className="font-mono" spellCheck={false} autoCapitalize="none" readOnly={readOnly} value={row.tool} placeholder="crm.read" onChange={(event) => set(row.id, { tool: event.target.value })} />
                </td>
                <td className="p-1.5">
                  <Select aria-label={`Mode, row ${at + 1}`} disabled={readOnly} value={row.mode} onChange={(event) => set(row.id, { mode: modes.find((mode) => mode.value === event.target.value)?.value ?? row.mode })}>
                    {modes.map((mode) => (
                      <option key={mode.value} value={mode.value}>
                        {mode.label}
                      </option>
                    ))}
                  </Select>
                </td>
                <td className="p-1.5">
                  <Input aria-label={`Ceiling, row ${at + 1}`} inputMode="decimal" placeholder="none" readOnly={readOnly} value={row.ceiling} onChange={(event) => set(row.id, { ceiling: event.target.value })} />
                </td>
                <td className="p-1.5 text-center">{readOnly ? null : <IconButton icon="trash" label={`Remove row ${at + 1}`} onClick={() => onChange(rows.filter((other) => other.id !== row.id))} />}</td>
              </tr>
            ))}
            {rows.length === 0 ? (
              <tr>
                <td colSpan={4} className="px-3 py-4 text-center text-muted">
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
