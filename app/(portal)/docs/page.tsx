import type { Metadata } from "next";
import type { SearchParams } from "@/components/data-table/search-params";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { PageHeader } from "@/components/ui/page-header";
import { requireSession } from "@/lib/ctx/session";
import { env } from "@/lib/env";
import { EndpointCard } from "./endpoint-card";
import { FieldsTable } from "./fields-table";
import { Prose } from "./prose";
import { QuickStart } from "./quick-start";
import { apiReference, type Reference } from "./reference";
import { Refusals } from "./refusals";
import { startFor } from "./start";

export const metadata: Metadata = { title: "API reference" };

type Props = { searchParams: Promise<SearchParams> };

export default async function DocsPage({ searchParams }: Props) {
  const ctx = await requireSession();
  const { agent, language } = await searchParams;
  const { APP_URL } = env();
  const start = await startFor(ctx, APP_URL, { agent: one(agent), language: one(language) });
  const reference = apiReference(APP_URL);
  return (
    <>
      <PageHeader
        title="API reference"
        description="For those who write programs that act under Countersign."
        actions={
          <a href={`${env().APP_URL}/api/v1/openapi.json`} className="inline-flex min-h-8 items-center text-accent hover:underline">
            OpenAPI 3.1 document
          </a>
        }
      />
      <div className="grid items-start gap-6 xl:grid-cols-[14rem_minmax(0,1fr)]">
        <Contents reference={reference} open={false} className="xl:hidden" />
        <Contents reference={reference} open className="max-xl:hidden xl:sticky xl:top-20 xl:max-h-[calc(100dvh-6rem)] xl:overflow-y-auto" />
        <div className="grid min-w-0 gap-8">
          <QuickStart start={start} />
          <Card title="How it goes">
            <Prose text={reference.description} />
          </Card>
          <Refusals />
          {reference.tags.map((tag) => (
            <section key={tag.name} aria-labelledby={`tag-${tag.name}`} className="grid min-w-0 gap-4">
              <div>
                <h2 id={`tag-${tag.name}`} className="scroll-mt-20 text-lg font-semibold">
                  {tag.name}
                </h2>
                <p className="text-muted">{tag.description}</p>
              </div>
              {tag.endpoints.map((endpoint) => (
                <EndpointCard key={endpoint.id} endpoint={endpoint} />
              ))}
            </section>
          ))}
          <Schemas reference={reference} />
        </div>
      </div>
    </>
  );
}

/** A parameter that comes twice is none. */
function one(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function Schemas({ reference }: { reference: Reference }) {
  return (
    <section aria-labelledby="schemas" className="grid min-w-0 gap-4">
      <h2 id="schemas" className="scroll-mt-20 text-lg font-semibold">
        Schemas
      </h2>
      {reference.schemas.map((schema) => (
        <article key={schema.name} id={`schema-${schema.name}`} className="grid min-w-0 scroll-mt-20 gap-3 rounded-lg border border-line bg-surface p-4">
          <h3 className="font-mono font-semibold">{schema.name}</h3>
          {schema.description ? <Prose text={schema.description} /> : null}
          <FieldsTable label="Fields" fields={schema.fields} />
          {schema.example ? <CodeBlock label={`Example of ${schema.name}`} language="json" code={schema.example} /> : null}
        </article>
      ))}
    </section>
  );
}

/** On a phone it is shut, so that the first steps come first. */
function Contents({ reference, open, className }: { reference: Reference; open: boolean; className: string }) {
  return (
    <nav aria-label="On this page" className={className}>
      <details open={open} className="rounded-lg border border-line bg-surface p-3 text-sm">
        <summary className="font-semibold">On this page</summary>
        <ul className="mt-2 grid gap-3">
          {[["#quick-start", "First steps"], ["#refusals", "Refusals"]].map(([href, label]) => (
            <li key={href}>
              <a href={href} className="inline-block py-1 font-medium hover:underline">
                {label}
              </a>
            </li>
          ))}
          {reference.tags.map((tag) => (
            <li key={tag.name}>
              <a href={`#tag-${tag.name}`} className="inline-block py-1 font-medium hover:underline">
                {tag.name}
              </a>
              <ul className="mt-0.5 border-l border-line pl-3">
                {tag.endpoints.map((endpoint) => (
                  <li key={endpoint.id}>
                    <a href={`#${endpoint.id}`} className="inline-flex min-h-6 items-center text-muted hover:text-ink">
                      {endpoint.summary}
                    </a>
                  </li>
                ))}
              </ul>
            </li>
          ))}
          <li>
            <a href="#schemas" className="font-medium hover:underline">
              Schemas
            </a>
          </li>
        </ul>
      </details>
    </nav>
  );
}
