"use client";
import { useState } from "react";
import { Icon } from "@/components/ui/icon";
import { RiskBadge } from "@/components/ui/risk-badge";
import { Input } from "@/components/ui/input";
import type { ClassificationTest } from "@/lib/classification/content";
import type { TestResult } from "@/lib/classification/problems";
import { anyRisk, Cell, RiskCell, TextCell } from "./fields";
import { OrderedRows } from "./ordered-rows";

/** Requests with the class that each must get, and after they were asked, which it got. */
export function TestRows({ rows, onRows, results }: { rows: readonly ClassificationTest[]; onRows: (rows: ClassificationTest[]) => void; results: readonly TestResult[] | null }) {
  return (
    <OrderedRows<ClassificationTest>
      noun="test"
      rows={rows}
      onRows={onRows}
      ordered={false}
      empty="No request is tried before rules are published."
      make={() => ({ name: "", tool: "", operation: "execute", resource: "", arguments: {}, declaredRisk: null, expected: "HIGH" })}
    >
      {(row, change, at) => (
        <div className="grid gap-2">
          <div className="grid grid-cols-2 gap-2 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_8rem]">
            <TextCell className="max-lg:col-span-2" name="What it says" control="name" mono={false} maxLength={120} value={row.name} onValue={(name) => change({ name })} placeholder="Large payments need a person" />
            <TextCell className="max-lg:col-span-2" name="Tool" control="tool" value={row.tool} onValue={(tool) => change({ tool })} placeholder="payment.send" />
            <TextCell name="Operation" control="operation" value={row.operation} onValue={(operation) => change({ operation })} />
            <RiskCell name="Must be" control="expected" value={row.expected} from={anyRisk} onValue={(expected) => change({ expected })} />
          </div>
          <div className="grid grid-cols-2 gap-2">
            <TextCell name="Resource" control="resource" value={row.resource} onValue={(resource) => change({ resource })} />
            <ArgumentsCell value={row.arguments} onValue={(given) => change({ arguments: given })} />
          </div>
          <Result result={results?.[at]} />
        </div>
      )}
    </OrderedRows>
  );
}

function Result({ result }: { result: TestResult | undefined }) {
  if (!result) return null;
  return (
    <p className="flex flex-wrap items-center gap-2">
      <Icon name={result.passed ? "check-circle" : "x-circle"} className={result.passed ? "text-ok" : "text-danger"} />
      <span className={result.passed ? "text-ok" : "font-semibold text-danger"}>{result.passed ? "Passes" : "Fails"}</span>
      <RiskBadge risk={result.risk} />
      <span className="text-sm text-muted wrap-anywhere">{result.reasons.join("; ")}</span>
    </p>
  );
}

/** JSON that is kept as it is typed; what is no object yet is not taken over. */
function ArgumentsCell({ value, onValue }: { value: ClassificationTest["arguments"]; onValue: (value: ClassificationTest["arguments"]) => void }) {
  const kept = JSON.stringify(value);
  const [typed, setTyped] = useState<{ text: string; of: string } | null>(null);
  const text = typed && typed.of === kept ? typed.text : kept === "{}" ? "" : kept;
  const isWrong = objectOf(text) === null;
  return (
    <Cell name={isWrong ? "Arguments (not yet one JSON object)" : "Arguments (JSON)"}>
      <Input
        data-control="arguments"
        className="font-mono"
        invalid={isWrong}
        value={text}
        placeholder='{"amount": 9000}'
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => {
          const next = objectOf(event.target.value);
          setTyped({ text: event.target.value, of: next ? JSON.stringify(next) : kept });
          if (next) onValue(next);
        }}
      />
    </Cell>
  );
}

function objectOf(text: string): ClassificationTest["arguments"] | null {
  if (text.trim() === "") return {};
  try {
    const read: unknown = JSON.parse(text);
    return read !== null && typeof read === "object" && !Array.isArray(read) ? (read as ClassificationTest["arguments"]) : null;
  } catch {
    return null;
  }
}
