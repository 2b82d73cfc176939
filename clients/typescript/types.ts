// Made from the OpenAPI document by scripts/client-types.ts. Not to be edited.

export type AcceptNarrowing = {
  digest: string;
};

/** Status: `pending_approval` (a person is asked) → `allowed` (take the grant, or the run is on its way) → `running` → `succeeded` or `failed`; or `denied`, `rejected`, `expired`, `cancelled`. */
export type Action = {
  id: string;
  agentId: string;
  tool: string;
  operation: string;
  resource: string;
  purpose: string;
  status: "denied" | "pending_approval" | "allowed" | "running" | "succeeded" | "failed" | "rejected" | "expired" | "cancelled";
  decision: {
    outcome: "allow" | "needs_approval" | "deny";
    rule: string;
    message: string;
    risk: "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
    riskReasons: string[];
  };
  digest: string;
  policyVersion: number;
  estimatedCostMicros: number;
  actualCostMicros: number | null;
  estimatedTokens: number;
  actualTokens: number | null;
  approvalId: string | null;
  runId: string | null;
  decisionReason: string | null;
  narrowing: {
    id: string;
    digest: string;
    amountMicros: number;
    seconds: number | null;
    argumentsChanged: boolean;
    reason: string;
  } | null;
  queue: {
    position: number;
    running: number;
    limit: number;
  } | null;
  outcome: Record<string, unknown> | null;
  createdAt: string;
  endedAt: string | null;
};

export type ActionPage = {
  actions: Action[];
  next: string | null;
  previous: string | null;
};

export type AskForBudget = {
  /** The budget that refused: `budget.id` of the refusal. */
  budgetId: string;
  /** What is asked for on top of its cap, in micro-units. */
  amountMicros: number;
  /** Why, for the person who decides. */
  reason: string;
};

export type AskForChild = {
  /** The child's name, which no other agent of the workspace has. */
  name: string;
  kind: "manager" | "writer" | "analyst" | "creative" | "researcher" | "coder" | "coordinator";
  /** What it is for: the person who decides reads it. */
  purpose: string;
  level?: "strict" | "standard" | "trusted" | "isolated";
  /** What the child may use. No row may allow more than the parent's rows do; what the parent is blocked from is taken over. */
  tools: {
    tool: string;
    mode: "allowed" | "approval" | "blocked";
    costCeilingMicros: number | null;
    rate?: string | null;
    paths?: string[] | null;
    domains?: string[] | null;
    operations?: string[] | null;
  }[];
  costThresholdMicros?: number;
  riskThreshold?: "LOW" | "MEDIUM" | "HIGH";
  maxRunSeconds?: number;
  maxConcurrentRuns?: number;
  maxConcurrentTasks?: number;
  maxWaitingApprovals?: number;
  limits?: {
    apiCallsPerMinute?: number | null;
    apiCallsPerHour?: number | null;
    tokensPerAction?: number | null;
    tokensPerDay?: number | null;
    tokensPerMonth?: number | null;
  };
  scopes?: ("actions.submit" | "actions.view" | "actions.report" | "actions.cancel" | "runs.view" | "approvals.request")[];
  /** All that the child may spend in its life. It is set aside in the parent's own budgets. */
  budgetMicros: number;
  /** How long it lives: not beyond its parent, the key that asks, or the end of the quarter. */
  lifeSeconds: number;
};

export type AskForLease = {
  /** Tools, or globs of tools, that it shall cover. */
  tools: string[];
  /** Only these operations; absent: any. */
  operations?: string[] | null;
  /** Only resources that fit one of these; `*` stands for any characters; absent: any. */
  resources?: string[] | null;
  /** Domains that are not on an allowlist and that it shall open; `*.` stands for one label. */
  domains?: string[];
  /** How often it may be used. */
  maxUses?: number;
  /** The most that one use may cost, in micro-units. */
  costEachMicros: number;
  /** The most that all uses together may cost, in micro-units. */
  costTotalMicros: number;
  /** How long it shall hold, from its issue; at most 7 days. */
  lifeSeconds?: number;
  /** Why, for the person who decides. */
  reason: string;
};

export type BatchAction = {
  /** What is used. `sandbox.python`, `sandbox.node` and `sandbox.shell` run in the portal's sandbox; other tools the agent carries out itself. */
  tool: string;
  /** What is done with it. */
  operation?: string;
  /** What it is done to, for people to read. */
  resource?: string;
  /** Everything the tool is given. An approval is bound to exactly this. For `sandbox.*`: `code`, and optionally `args` (strings), `stdin`, `files` (`name` with `content` or `contentBase64`) and `timeoutSeconds`. Files that the program writes into `out/` are kept. */
  arguments?: Record<string, unknown>;
  /** Expected cost in micro-units of the organization's currency: 1.50 USD is 1500000. Reserved in every budget that applies. */
  estimatedCostMicros: number;
  /** Tokens of language models that it will use, in and out together. Counted against the agent's limits; left out: none. */
  estimatedTokens?: number;
  /** The agent's own estimate. It can raise the risk class, never lower it. */
  declaredRisk?: "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
  /** Why, for the person who may have to approve it. */
  purpose?: string;
  /** A lease, as it was handed out: it stands for the yes that would be asked for. */
  lease?: string;
  /** 1 to 255 visible ASCII characters, new for each action. Sending a request again with its key is safe. */
  idempotencyKey: string;
};

export type BatchAnswer = {
  results: BatchResult[];
};

export type BatchResult = {
  /** The key that was sent; null where none could be read. */
  idempotencyKey: string | null;
  /** 201 decided, 200 sent before, or the status of the refusal. */
  status: number;
  action?: Action;
  problem?: Problem;
};

/** Status: `pending` until a person decides, then `approved` or `rejected`; or `expired`, `cancelled`. It may be approved at once where a policy says so, and a person may approve less: `grantedMicros`. */
export type BudgetRequest = {
  id: string;
  budgetId: string;
  amountMicros: number;
  grantedMicros: number | null;
  reason: string;
  status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
  decisionReason: string | null;
  createdAt: string;
  expiresAt: string;
  decidedAt: string | null;
};

export type CheckNetwork = {
  /** Where the agent wants to connect: a URL, or a host with or without port. For a redirect, where it leads. */
  url: string;
  /** The addresses that its name led to, where the agent has looked it up. Without them the portal looks it up. */
  addresses?: string[];
  /** The action that the connection is part of, while it is allowed or running. Its tool is judged as well, what was approved for the hosts that it names counts, and so does the lease by which it passed. */
  actionId?: string;
  /** A lease that opens hosts that no list has. It is not used up by asking. */
  lease?: string;
};

export type ChildKey = {
  agentId: string;
  key: string;
  keyId: string;
  scopes: string[];
  expiresAt: string;
};

export type DeclineNarrowing = {
  digest: string;
  reason?: string;
};

/** Status: `pending` until a person decides, then `approved`, with the lease, or `rejected`; or `expired`, `cancelled`. The token's signature can be checked with the keys at `/api/leases/jwks`. */
export type LeaseRequest = {
  id: string;
  status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
  reason: string;
  decisionReason: string | null;
  tools: string[];
  operations: string[] | null;
  resources: string[] | null;
  domains: string[];
  maxUses: number;
  costEachMicros: number;
  costTotalMicros: number;
  lifeSeconds: number;
  createdAt: string;
  expiresAt: string;
  lease: {
    id: string;
    token: string | null;
    usesLeft: number;
    expiresAt: string;
    revoked: boolean;
  } | null;
};

export type Narrowing = {
  id: string;
  digest: string;
  digestBefore: string;
  reason: string;
  amountMicros: number;
  amountBeforeMicros: number;
  seconds: number | null;
  arguments: Record<string, unknown>;
  argumentsChanged: boolean;
  expiresAt: string;
};

/** `allow`: connect, to one of `addresses`. `ask`: submit the action, a person will be asked. `deny`: do not connect. `rule` says why, `source` whose list or policy decided. */
export type NetworkCheck = {
  outcome: "allow" | "ask" | "deny";
  rule: string;
  message: string;
  host: string | null;
  source: {
    scopeType: "organization" | "workspace" | "template" | "agent" | "session";
    version: number;
  } | null;
  pattern: string | null;
  addresses: string[];
};

export type Outcome = {
  status: "succeeded" | "failed";
  costMicros: number;
  tokens?: number;
  summary?: string;
  outputSha256?: string;
};

/** A refusal (RFC 9457). What a rule refuses carries `rule`, `owner` and `howToAsk`; a refused action is there as `action`; a refusal by a budget has `budget` and `ask`, a call that asks for more. */
export type Problem = {
  /** One of urn:countersign:problem:invalid_input, urn:countersign:problem:unauthenticated, urn:countersign:problem:budget_exceeded, urn:countersign:problem:forbidden, urn:countersign:problem:policy_denied, urn:countersign:problem:fresh_proof_needed, urn:countersign:problem:network_not_allowed, urn:countersign:problem:not_found, urn:countersign:problem:method_not_allowed, urn:countersign:problem:conflict, urn:countersign:problem:gone, urn:countersign:problem:payload_too_large, urn:countersign:problem:unsupported_media_type, urn:countersign:problem:idempotency_key_reused, urn:countersign:problem:locked, urn:countersign:problem:rate_limited, urn:countersign:problem:approval_queue_full, urn:countersign:problem:internal, urn:countersign:problem:unavailable */
  type: string;
  title: string;
  status: number;
  /** What happened, for a person. */
  detail: string;
  /** What to do about it. */
  hint?: string;
  /** Path of a field → what is wrong with it. */
  errors?: Record<string, string>;
  /** The rule that refused. It stands in the table of refusals in the documentation. */
  rule?: string;
  /** Who answers for that rule. */
  owner?: {
    kind: "person" | "team";
    name: string;
  };
  /** How to get what was refused, and the page of the portal where it is changed. */
  howToAsk?: {
    text: string;
    page: string;
  };
  /** Also in the header X-Request-Id; name it when you ask for help. */
  requestId: string;
  [more: string]: unknown;
};

/** Status: `queued` or `waiting_for_runner` → `dispatched` → `running` → how it ended. `finishedAt` is null until it is over; hashes and sizes are there once it is. */
export type Run = {
  id: string;
  actionId: string;
  status: "queued" | "waiting_for_runner" | "dispatched" | "running" | "succeeded" | "failed" | "timed_out" | "out_of_memory" | "output_limit" | "disk_limit" | "killed" | "refused" | "cancelled" | "lost";
  reason: string;
  language: "python" | "node" | "shell";
  exitCode: number | null;
  wallTimeMs: number | null;
  cpuTimeMs: number | null;
  costMicros: number | null;
  stdout: {
    bytes: number | null;
    sha256: string | null;
  };
  stderr: {
    bytes: number | null;
    sha256: string | null;
  };
  truncated: "none" | "stdout" | "stderr" | "both";
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
};

export type RunFiles = {
  files: {
    name: string;
    /** Bytes. */
    size: number;
    /** Hexadecimal. */
    sha256: string;
  }[];
};

export type Self = {
  agent: {
    id: string;
    name: string;
    kind: "manager" | "writer" | "analyst" | "creative" | "researcher" | "coder" | "coordinator";
    status: "draft" | "active" | "suspended" | "retired";
    policyVersion: number;
  };
  key: {
    id: string;
    name: string;
    prefix: string;
    scopes: string[];
    expiresAt: string | null;
  };
  organization: {
    id: string;
    name: string;
    currency: string;
  };
  workspace: {
    id: string;
    name: string;
  };
  project: {
    id: string;
    name: string;
  };
  limits: {
    apiCallsPerMinute: number | null;
    apiCallsPerHour: number | null;
    tokensPerAction: number | null;
    tokensPerDay: number | null;
    tokensPerMonth: number | null;
  };
};

/** Status: `pending` until a person decides, then `approved` or `rejected`; or `expired`, `cancelled`. Once it is approved, `agent` is the child; fetch its key with `claim`. */
export type SpawnRequest = {
  id: string;
  status: "pending" | "approved" | "rejected" | "expired" | "cancelled";
  name: string;
  kind: "manager" | "writer" | "analyst" | "creative" | "researcher" | "coder" | "coordinator";
  purpose: string;
  policy: {
    level: "strict" | "standard" | "trusted" | "isolated";
    tools: {
      tool: string;
      mode: "allowed" | "approval" | "blocked";
      costCeilingMicros: number | null;
      rate?: string | null;
      paths?: string[] | null;
      domains?: string[] | null;
      operations?: string[] | null;
    }[];
    costThresholdMicros: number;
    riskThreshold: "LOW" | "MEDIUM" | "HIGH";
    maxRunSeconds: number;
    maxConcurrentRuns: number;
    maxConcurrentTasks?: number;
    maxWaitingApprovals: number;
    approvalTtlSeconds: number;
    limits?: {
      apiCallsPerMinute?: number | null;
      apiCallsPerHour?: number | null;
      tokensPerAction?: number | null;
      tokensPerDay?: number | null;
      tokensPerMonth?: number | null;
    };
  };
  scopes: string[];
  budgetMicros: number;
  agent: {
    id: string;
    status: "draft" | "active" | "suspended" | "retired";
  } | null;
  claimed: boolean;
  decisionReason: string | null;
  createdAt: string;
  expiresAt: string;
  endsAt: string;
};

export type SubmitAction = {
  /** What is used. `sandbox.python`, `sandbox.node` and `sandbox.shell` run in the portal's sandbox; other tools the agent carries out itself. */
  tool: string;
  /** What is done with it. */
  operation?: string;
  /** What it is done to, for people to read. */
  resource?: string;
  /** Everything the tool is given. An approval is bound to exactly this. For `sandbox.*`: `code`, and optionally `args` (strings), `stdin`, `files` (`name` with `content` or `contentBase64`) and `timeoutSeconds`. Files that the program writes into `out/` are kept. */
  arguments?: Record<string, unknown>;
  /** Expected cost in micro-units of the organization's currency: 1.50 USD is 1500000. Reserved in every budget that applies. */
  estimatedCostMicros: number;
  /** Tokens of language models that it will use, in and out together. Counted against the agent's limits; left out: none. */
  estimatedTokens?: number;
  /** The agent's own estimate. It can raise the risk class, never lower it. */
  declaredRisk?: "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";
  /** Why, for the person who may have to approve it. */
  purpose?: string;
  /** A lease, as it was handed out: it stands for the yes that would be asked for. */
  lease?: string;
};

export type SubmitBatch = {
  /** What is to be decided, in order. */
  actions: BatchAction[];
};
