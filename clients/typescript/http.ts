import { CountersignError, Refused } from "./errors.js";
import type { Problem } from "./types.js";

export type ClientOptions = {
  /** The portal's address. Left out: COUNTERSIGN_URL of the environment. */
  baseUrl?: string;
  /** The agent's key. Left out: COUNTERSIGN_KEY of the environment. */
  key?: string;
  /** How often a call is tried again that met an outage or a limit. */
  retries?: number;
  /** Longest time for one call, in milliseconds; waiting calls have theirs besides. */
  timeoutMs?: number;
  fetch?: typeof fetch;
};

export type Call = {
  body?: unknown;
  headers?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  signal?: AbortSignal | undefined;
  /** Beyond the usual time-out, since the answer is to be waited for. */
  extraMs?: number;
  /** Whether doing it twice would be something else than doing it once, so that it is not sent again when its answer was lost. */
  once?: boolean;
};

const longestPauseMs = 30_000;

/** Sends calls with the key, and again where that is safe and may help. */
export class Http {
  readonly #base: string;
  readonly #key: string;
  readonly #retries: number;
  readonly #timeoutMs: number;
  readonly #fetch: typeof fetch;

  constructor(options: ClientOptions) {
    const { baseUrl = process.env.COUNTERSIGN_URL, key = process.env.COUNTERSIGN_KEY } = options;
    if (!baseUrl || !key) throw new TypeError("Countersign needs baseUrl and key, or COUNTERSIGN_URL and COUNTERSIGN_KEY in the environment.");
    this.#base = `${baseUrl.replace(/\/+$/, "")}/api/v1`;
    this.#key = key;
    this.#retries = options.retries ?? 4;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#fetch = options.fetch ?? fetch;
  }

  async json<T>(method: "GET" | "POST", path: string, call: Call = {}): Promise<T> {
    return (await (await this.send(method, path, call)).json()) as T;
  }

  /** @throws CountersignError for every answer that is no success; whatever `fetch` throws when the portal cannot be reached. */
  async send(method: "GET" | "POST", path: string, call: Call = {}): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const last = attempt >= this.#retries;
      const response = await this.#try(method, path, call).catch((error: unknown) => {
        // An answer that was lost may have been a yes.
        if (last || call.once || call.signal?.aborted) throw error;
        return null;
      });
      if (response?.ok) return response;
      const error = response && (await errorOf(response));
      // Nothing was done where the portal says that it was too busy; an action that was denied stays so under its key.
      const again = error === null || error.status === 503 || (error.status === 429 && error.code === "rate_limited" && error.problem.action === undefined);
      const ms = pauseMs(attempt, response);
      if (error && (last || !again || ms > longestPauseMs)) throw error;
      await pause(ms, call.signal);
    }
  }

  #try(method: string, path: string, { body, headers, query = {}, signal, extraMs = 0 }: Call): Promise<Response> {
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const limit = AbortSignal.timeout(this.#timeoutMs + extraMs);
    return this.#fetch(url, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      redirect: "error",
    });
  }
}

async function errorOf(response: Response): Promise<CountersignError> {
  const fallback: Problem = { type: "urn:countersign:problem:internal", title: response.statusText, status: response.status, detail: `The portal answered ${response.status}.`, requestId: response.headers.get("x-request-id") ?? "" };
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const problem: Problem = { ...fallback, ...said };
  return problem.rule === undefined ? new CountersignError(problem) : new Refused(problem);
}

/** As the portal says, or twice as long each time, with some chance in it so that many do not come back at once. */
function pauseMs(attempt: number, response: Response | null): number {
  const said = Number(response?.headers.get("retry-after"));
  const own = 250 * 2 ** attempt * (0.5 + Math.random());
  return said > 0 ? said * 1000 : Math.min(longestPauseMs, own);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    };
    const stop = () => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop);
  });
}
