import { HostileText } from "@/components/ui/hostile-text";
import { isSame, plainRecord } from "./change";

/** Before and after, field by field; what stayed the same is left out. */
export function ChangeTable({ before, after }: { before: unknown; after: unknown }) {
  const [was, is] = [plainRecord(before), plainRecord(after)];
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((field) => !isSame(was[field], is[field]));
  if (fields.length === 0) return <p className="text-muted">Nothing differs.</p>;
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full border-collapse text-left">
        <thead className="bg-sunken text-sm text-muted">
          <tr>
            {["Field", "Before", "After"].map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field} className="border-t border-line align-top">
              <th scope="row" className="px-3 py-1.5 font-medium">
                <HostileText inline text={field} />
              </th>
              <Value value={was[field]} />
              <Value value={is[field]} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === undefined || value === null) return <td className="px-3 py-1.5 text-subtle">nothing</td>;
  return (
    <td className="px-3 py-1.5">
      <HostileText mono text={typeof value === "string" ? value : JSON.stringify(value)} />
    </td>
  );
}
