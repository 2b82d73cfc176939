"use client";
import { Callout } from "../ui/callout";
import { HostileText } from "../ui/hostile-text";
import type { CodeProblem } from "./code-editor";

/** What is wrong, each with the way to its place. Read aloud when it comes. */
export function ProblemList({ title, problems, goTo }: { title: string; problems: readonly CodeProblem[]; goTo?: (line: number, column?: number) => void }) {
  return (
    <div role="alert" className="empty:hidden">
      {problems.length > 0 ? (
        <Callout tone="danger" title={title}>
          <ul className="grid gap-1">
            {problems.map((problem) => (
              <li key={`${problem.line} ${problem.column} ${problem.message}`} className="flex flex-wrap items-baseline gap-x-2">
                {problem.line === undefined ? null : (
                  <button type="button" className="inline-flex min-h-6 items-center text-accent underline" onClick={() => goTo?.(problem.line ?? 1, problem.column)}>
                    Line {problem.line}
                    {problem.column === undefined ? "" : `, column ${problem.column}`}
                  </button>
                )}
                <HostileText inline text={problem.message} />
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
    </div>
  );
}
