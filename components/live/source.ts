/** `outside`: the session stands, but not from this network. */
export type LiveState = "connecting" | "live" | "waiting" | "ended" | "outside";

type Follower = { topic: string; onChange: () => void; onState: (state: LiveState) => void };

const hiddenForMs = 60_000;
const longestPauseMs = 30_000;
const renewalMs = 1_500;
/** From one page to the next the same topics are often followed again at once. */
const keptMs = 2_000;
const recentMs = 3_000;
/** The session is stopped by a lock, whose message is the answer's. */
const lockedStatus = 423;

/**
 * One stream for the whole page, whatever follows it: browsers allow only six connections to a server over HTTP/1.1. A
 * page that nobody looks at lets go of it, and reads again when it is looked at.
 */
class LiveSource {
  readonly #followers = new Set<Follower>();
  /** When topics changed last, for pages that come just after. */
  readonly #changedAt = new Map<string, number>();
  #source: EventSource | null = null;
  #topics = "";
  #state: LiveState = "connecting";
  #timer: number | undefined;
  #hiding: number | undefined;
  #failures = 0;
  #endedBy: string | null = null;

  /** Why the session ended, where whoever sits here is to be told. */
  get endedBy(): string | null {
    return this.#endedBy;
  }

  follow(follower: Follower): () => void {
    if (this.#followers.size === 0) document.addEventListener("visibilitychange", this.#onVisibility);
    this.#followers.add(follower);
    follower.onState(this.#state);
    // It changed while this page was on its way, maybe after it was read.
    if (Date.now() - (this.#changedAt.get(follower.topic) ?? 0) < recentMs) follower.onChange();
    this.#soon(0);
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) document.removeEventListener("visibilitychange", this.#onVisibility);
      this.#soon(keptMs);
    };
  }

  #soon(ms: number) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#connect(), ms);
  }

  #connect() {
    const topics = [...new Set([...this.#followers].map((follower) => follower.topic))].sort().join(",");
    if (this.#isOver || (topics === this.#topics && this.#source)) return;
    this.#source?.close();
    this.#source = null;
    this.#topics = topics;
    this.#changedAt.clear();
    if (topics === "") return;
    const source = new EventSource(`/api/live?topic=${encodeURIComponent(topics)}`);
    this.#source = source;
    source.addEventListener("ready", () => {
      this.#failures = 0;
      this.#tellState("live");
      // Something may have changed between the page's reading and this moment.
      for (const topic of topics.split(",")) this.#changed(topic);
    });
    source.addEventListener("change", (event) => this.#changed(event.data));
    source.addEventListener("session-ended", () => {
      source.close();
      // Or it was renewed, and the cookie of the new one is on its way.
      window.setTimeout(() => void this.#refused(topics), renewalMs);
    });
    source.addEventListener("access-changed", () => {
      source.close();
      this.#source = null;
      for (const follower of this.#followers) follower.onChange();
      this.#soon(1_000);
    });
    source.onerror = () => {
      this.#tellState("waiting");
      // CONNECTING: the browser tries again by itself.
      if (source.readyState === EventSource.CLOSED && this.#source === source) void this.#refused(topics);
    };
  }

  /** The stream was refused outright; only an ordinary request can tell why. */
  async #refused(topics: string) {
    if (this.#topics !== topics) return;
    this.#source = null;
    const answer = await this.#ask(topics);
    if (answer !== "other") return this.#end(answer);
    this.#failures += 1;
    this.#soon(Math.min(longestPauseMs, 1_000 * 2 ** this.#failures));
  }

  async #ask(topics: string): Promise<"ended" | "outside" | "other"> {
    try {
      const response = await fetch(`/api/live?probe=1&topic=${encodeURIComponent(topics)}`, { redirect: "manual", cache: "no-store" });
      this.#endedBy = response.status === lockedStatus ? String((await response.json()).detail) : null;
      if (response.type === "opaqueredirect" || response.status === lockedStatus || response.status === 401) return "ended";
      return response.status === 403 && (await response.text()).includes("problem:network_not_allowed") ? "outside" : "other";
    } catch {
      return "other";
    }
  }

  get #isOver(): boolean {
    return this.#state === "ended" || this.#state === "outside";
  }

  #changed(topic: string) {
    this.#changedAt.set(topic, Date.now());
    for (const follower of this.#followers) if (follower.topic === topic) follower.onChange();
  }

  /** Whoever signed in again in another tab goes on here; what changed meanwhile is read anew. */
  async #comeBack() {
    if ((await this.#ask(this.#topics)) !== "other" || !this.#isOver) return;
    this.#topics = "";
    this.#tellState("connecting");
    this.#soon(0);
  }

  #end(why: "ended" | "outside") {
    this.#source?.close();
    this.#source = null;
    this.#tellState(why);
  }

  #tellState(state: LiveState) {
    this.#state = state;
    for (const follower of this.#followers) follower.onState(state);
  }

  readonly #onVisibility = () => {
    window.clearTimeout(this.#hiding);
    if (document.visibilityState === "visible") {
      if (this.#isOver) void this.#comeBack();
      else if (!this.#source) this.#soon(0);
      return;
    }
    this.#hiding = window.setTimeout(() => {
      this.#source?.close();
      this.#source = null;
    }, hiddenForMs);
  };
}

let source: LiveSource | undefined;

/** What tells somebody whose session has ended that they are locked; null when it ended otherwise. */
export function sessionEndedBy(): string | null {
  return source?.endedBy ?? null;
}

/** Follows a topic in this browser; gives the function that ends it. */
export function follow(follower: Follower): () => void {
  source ??= new LiveSource();
  return source.follow(follower);
}
