import { HostileText } from "../ui/hostile-text";
import { TextDifference } from "./text-difference";

/** The smallest parts in which two contents differ; null for what is not there. */
export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/** What changes between two versions of a document: texts by their lines, everything else before and after. */
export function ChangeTable({ changes }: { changes: readonly Change[] }) {
  const texts = changes.filter(isText);
  const values = changes.filter((change) => !isText(change));
  return (
    <div className="grid min-w-0 gap-3">
      {texts.map(({ path, before, after }) => (
        <div key={path} className="min-w-0">
          <p className="mb-1 font-mono text-sm text-muted">
            <HostileText inline text={path} />
          </p>
          <TextDifference before={typeof before === "string" ? before : ""} after={typeof after === "string" ? after : ""} />
        </div>
      ))}
      {values.length > 0 ? (
        <div role="group" aria-label="Changed values" tabIndex={0} className="relative max-h-96 overflow-auto focus-visible:-outline-offset-2">
          <table className="w-full text-left text-sm">
            <thead className="text-muted">
              <tr>
                {["What", "Before", "After"].map((head) => (
                  <th key={head} className="py-1 pr-4 font-medium">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {values.map(({ path, before, after }) => (
                <tr key={path} className="border-t border-line align-top">
                  <td className="py-1 pr-4 font-mono">
                    <HostileText inline text={path} />
                  </td>
                  <td className="py-1 pr-4 text-danger">
                    <del className="no-underline">{shown(before)}</del>
                  </td>
                  <td className="py-1 text-ok">
                    <ins className="no-underline">{shown(after)}</ins>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </div>
  );
}

function isText({ before, after }: Change): boolean {
  return [before, after].some((value) => typeof value === "string" && value.includes("\n"));
}

function shown(value: unknown) {
  if (value === null || value === undefined) return <span className="text-subtle">not there</span>;
  return <HostileText inline mono text={typeof value === "string" ? value : JSON.stringify(value)} />;
}
