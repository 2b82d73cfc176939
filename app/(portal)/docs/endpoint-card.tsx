import { Badge } from "@/components/ui/badge";
import { CodeBlock } from "@/components/ui/code-block";
import { FieldsTable } from "./fields-table";
import { Prose } from "./prose";
import type { Endpoint } from "./reference";

/** One endpoint: what it does, what it takes, what it answers, and a call to copy. */
export function EndpointCard({ endpoint }: { endpoint: Endpoint }) {
  return (
    <article id={endpoint.id} aria-labelledby={`${endpoint.id}-title`} className="grid min-w-0 scroll-mt-20 gap-4 rounded-lg border border-line bg-surface p-4">
      <header className="grid gap-1">
        <h3 id={`${endpoint.id}-title`} className="text-md font-semibold">
          <a href={`#${endpoint.id}`} className="hover:underline">
            {endpoint.summary}
          </a>
        </h3>
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={endpoint.method === "POST" ? "accent" : "info"}>{endpoint.method}</Badge>
          <code className="font-mono text-sm wrap-anywhere">{endpoint.path}</code>
        </p>
      </header>
      <Prose text={endpoint.description} />
      {endpoint.parameters.length > 0 ? <FieldsTable label="Parameters" fields={endpoint.parameters} /> : null}
      {endpoint.body ? <FieldsTable label="Body (application/json)" fields={endpoint.body.fields} /> : null}
      <div className="grid gap-1">
        <h4 className="text-sm font-semibold text-muted">Answers</h4>
        <ul className="divide-y divide-line rounded-md border border-line text-sm">
          {endpoint.answers.map((answer) => (
            <li key={answer.status} className="flex flex-wrap items-baseline gap-x-3 px-3 py-1.5">
              <span className={answer.status.startsWith("2") ? "font-semibold text-ok" : "font-semibold text-muted"}>{answer.status}</span>
              <span className="min-w-0 flex-1 basis-48 wrap-anywhere">{answer.description.replaceAll("_", " ")}</span>
              {answer.schema ? (
                <a href={`#schema-${answer.schema}`} className="text-accent hover:underline">
                  {answer.schema}
                </a>
              ) : (
                <span className="text-muted">{answer.type}</span>
              )}
            </li>
          ))}
        </ul>
      </div>
      <CodeBlock label={`${endpoint.method} ${endpoint.path}`} language="shell" code={endpoint.curl} />
    </article>
  );
}
