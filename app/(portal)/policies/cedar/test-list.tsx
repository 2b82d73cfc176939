"use client";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import type { TestResult } from "@/lib/cedar/check";
import type { PolicyTest } from "@/lib/cedar/content";
import { TestFields } from "./test-fields";

type Props = { tests: readonly PolicyTest[]; results: readonly TestResult[]; readOnly: boolean; onChange: (tests: PolicyTest[]) => void };

const most = 200;

const fresh: PolicyTest = {
  name: "",
  expect: "deny",
  request: { action: "tool", tool: "crm.export", resource: "", attributes: {}, operation: "execute", risk: "LOW", costMicros: 0, purposeGiven: true, level: "trusted", kind: "coder", at: "2026-01-05T12:00:00Z" },
};

/** Tests beside the policies: requests, and what must be answered. One that fails keeps the text from being published. */
export function TestList({ tests, results, readOnly, onChange }: Props) {
  const [open, setOpen] = useState<number | null>(null);
  const change = (at: number, test: PolicyTest) => onChange(tests.map((other, place) => (place === at ? test : other)));

  return (
    <Card title="Tests" description="Requests that must be answered so. By itself the agent of a test is trusted, so that these texts alone make the difference." flush>
      {tests.length === 0 ? <p className="px-4 py-4 text-muted">No test stands beside these policies yet.</p> : null}
      <ol className="divide-y divide-line">
        {tests.map((test, at) => (
          // Tests have no other name of their own than their place.
          <li key={at} className="px-4 py-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <button type="button" aria-expanded={open === at} className="inline-flex min-h-6 min-w-0 flex-1 basis-48 items-center text-left font-medium hover:underline" onClick={() => setOpen(open === at ? null : at)}>
                <HostileText inline text={test.name || `Test ${at + 1}`} />
              </button>
              <Result result={results[at]} expected={test.expect} />
            </div>
            {open === at ? (
              <div className="mt-2 grid gap-3 rounded-md bg-sunken p-3">
                <TestFields test={test} readOnly={readOnly} onChange={(next) => change(at, next)} />
                {readOnly ? null : (
                  <div>
                    <Button
                      size="sm"
                      variant="ghost"
                      icon="trash"
                      onClick={() => {
                        onChange(tests.filter((_, place) => place !== at));
                        setOpen(null);
                      }}
                    >
                      Remove this test
                    </Button>
                  </div>
                )}
              </div>
            ) : null}
          </li>
        ))}
      </ol>
      {readOnly || tests.length >= most ? null : (
        <div className="border-t border-line px-4 py-2">
          <Button
            size="sm"
            icon="plus"
            onClick={() => {
              onChange([...tests, fresh]);
              setOpen(tests.length);
            }}
          >
            Add a test
          </Button>
        </div>
      )}
    </Card>
  );
}

const words = { allow: "allowed", approval: "asks a person", deny: "denied" } as const;

function Result({ result, expected }: { result: TestResult | undefined; expected: PolicyTest["expect"] }) {
  if (!result) return <span className="text-sm text-muted">must be: {words[expected]}</span>;
  return (
    <>
      <span className="text-sm text-muted">
        {result.passed ? words[result.found] : `must be: ${words[result.expect]}; is: ${words[result.found]}`} by <code className="font-mono wrap-anywhere">{result.rule}</code>
      </span>
      <Badge tone={result.passed ? "ok" : "danger"} icon={result.passed ? "check" : "x"}>
        {result.passed ? "Passes" : "Fails"}
      </Badge>
    </>
  );
}
