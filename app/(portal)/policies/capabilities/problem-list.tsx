import { Callout } from "@/components/ui/callout";

/** Everything that is wrong with what was typed. */
export function ProblemList({ problems }: { problems: readonly string[] }) {
  return (
    <div role="alert" className="empty:hidden">
      {problems.length > 0 ? (
        <Callout tone="danger" title="This cannot be used as it stands">
          <ul className="list-disc pl-4">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Callout>
      ) : null}
    </div>
  );
}
