export type Answer = { outcome: "allow" | "needs_approval" | "deny"; rule: string; message: string; /** Whom it asks; null: nobody. */ asks: string | null };

/** A past request, as far as an example names it. */
export type Sample = {
  id: string;
  agentId: string;
  agentName: string;
  tool: string;
  operation: string;
  resource: string;
  estimatedCostMicros: number;
  createdAt: Date;
  /** What was really decided then. */
  decided: { outcome: Answer["outcome"]; rule: string };
};

export type Example = Sample & { before: Answer; after: Answer };

/** Requests that a draft would answer otherwise, in one way. */
export type Turned = { count: number; agents: number; costMicros: number; examples: Example[] };

export type Compared = {
  looked: number;
  unchanged: number;
  /** The same answer by another rule. */
  otherRule: number;
  denied: Turned;
  allowed: Turned;
  asking: Turned;
  /** A person is asked as before, and it is another one. */
  others: Turned;
};

const mostExamples = 10;

/** Counts what changes between two answers to the same requests; keeps some examples of each, as different as they come. */
export function comparison() {
  const totals = { looked: 0, unchanged: 0, otherRule: 0 };
  const turned = { denied: turnedInto(), allowed: turnedInto(), asking: turnedInto(), others: turnedInto() };
  const into = { deny: turned.denied, allow: turned.allowed, needs_approval: turned.asking } satisfies Record<Answer["outcome"], ReturnType<typeof turnedInto>>;
  return {
    add(sample: Sample, before: Answer, after: Answer): void {
      totals.looked++;
      if (before.outcome !== after.outcome) into[after.outcome].add({ ...sample, before, after });
      else if (before.asks !== after.asks) turned.others.add({ ...sample, before, after });
      else if (before.rule !== after.rule) totals.otherRule++;
      else totals.unchanged++;
    },
    result: (): Compared => ({ ...totals, denied: turned.denied.result(), allowed: turned.allowed.result(), asking: turned.asking.result(), others: turned.others.result() }),
  };
}

function turnedInto() {
  const agents = new Set<string>();
  const [first, alike]: [Example[], Example[]] = [[], []];
  const seen = new Set<string>();
  let [count, costMicros] = [0, 0];
  return {
    add(example: Example): void {
      count++;
      costMicros += example.estimatedCostMicros;
      agents.add(example.agentId);
      const kind = `${example.agentId} ${example.tool} ${example.operation} ${example.after.rule} ${example.after.asks}`;
      const list = seen.has(kind) ? alike : first;
      seen.add(kind);
      if (list.length < mostExamples) list.push(example);
    },
    // One of each kind before a second one of any.
    result: (): Turned => ({ count, agents: agents.size, costMicros, examples: [...first, ...alike].slice(0, mostExamples) }),
  };
}
