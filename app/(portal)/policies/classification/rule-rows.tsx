"use client";
import type { KindRule, RaiseRule } from "@/lib/classification/content";
import { anyRisk, ListCell, raisedRisks, RiskCell, TextCell } from "./fields";
import { OrderedRows } from "./ordered-rows";

// On a phone tools and reason take a line each, and what is short stands side by side.
const grid = "grid grid-cols-2 gap-2 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_8rem_minmax(0,1.5fr)]";

/** What an action is by its tool: the first row that matches. */
export function KindRows({ rows, onRows }: { rows: readonly KindRule[]; onRows: (rows: KindRule[]) => void }) {
  return (
    <OrderedRows<KindRule> noun="kind" rows={rows} onRows={onRows} ordered empty="No kind is known, so every action is MEDIUM." make={() => ({ tools: [""], operations: null, risk: "MEDIUM", because: "" })}>
      {(row, change) => (
        <div className={grid}>
          <ListCell className="max-lg:col-span-2" name="Tools" control="tools" value={row.tools} onValue={(tools) => change({ tools: tools ?? [""] })} placeholder="crm.*, *.export" />
          <ListCell name="Operations (or any)" control="operations" value={row.operations} onValue={(operations) => change({ operations })} placeholder="read" />
          <RiskCell name="Risk" control="risk" value={row.risk} from={anyRisk} onValue={(risk) => change({ risk })} />
          <TextCell className="max-lg:col-span-2" name="Because it …" control="because" mono={false} maxLength={120} value={row.because} onValue={(because) => change({ because })} placeholder="takes data out" />
        </div>
      )}
    </OrderedRows>
  );
}

const noArgument = { path: "", pattern: null, atLeast: null };

/** What makes an action more dangerous than its kind: all that match count. */
export function RaiseRows({ rows, onRows }: { rows: readonly RaiseRule[]; onRows: (rows: RaiseRule[]) => void }) {
  return (
    <OrderedRows<RaiseRule> noun="raise" rows={rows} onRows={onRows} ordered={false} empty="Nothing raises the risk of a kind." make={() => ({ tools: null, operations: null, resource: null, argument: null, risk: "HIGH", because: "" })}>
      {(row, change) => {
        const argument = row.argument ?? noArgument;
        const setArgument = (part: Partial<typeof argument>) => {
          const next = { ...argument, ...part };
          change({ argument: next.path === "" && next.pattern === null && next.atLeast === null ? null : next });
        };
        return (
          <div className="grid gap-2">
            <div className={grid}>
              <ListCell className="max-lg:col-span-2" name="Tools (or any)" control="tools" value={row.tools} onValue={(tools) => change({ tools })} placeholder="payment.*" />
              <ListCell name="Operations (or any)" control="operations" value={row.operations} onValue={(operations) => change({ operations })} placeholder="delete, drop*" />
              <RiskCell name="Risk at least" control="risk" value={row.risk} from={raisedRisks} onValue={(risk) => change({ risk })} />
              <TextCell className="max-lg:col-span-2" name="Because" control="because" mono={false} maxLength={120} value={row.because} onValue={(because) => change({ because })} placeholder="the amount is large" />
            </div>
            <div className="grid grid-cols-2 gap-2 lg:grid-cols-4">
              <TextCell name="Resource is like" control="resource" value={row.resource ?? ""} onValue={(resource) => change({ resource: resource === "" ? null : resource })} placeholder="prod" />
              <TextCell name="Argument" control="path" value={argument.path} onValue={(path) => setArgument({ path })} placeholder="**.amount" />
              <TextCell name="is like" control="pattern" value={argument.pattern ?? ""} onValue={(pattern) => setArgument({ pattern: pattern === "" ? null : pattern })} placeholder="*@example.com" />
              <TextCell name="or is at least" control="atLeast" value={argument.atLeast ?? ""} onValue={(atLeast) => setArgument({ atLeast: atLeast === "" ? null : atLeast })} placeholder="5000" />
            </div>
          </div>
        );
      }}
    </OrderedRows>
  );
}
