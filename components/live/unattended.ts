const attendedMs = 60_000;
const kinds = ["pointerdown", "pointermove", "keydown", "scroll"] as const;

let touchedAt: number | undefined;
let cookie: string | undefined;

/** Names the cookie with which the server takes a request as no sign of life. */
export function markUnattendedBy(name: string): void {
  cookie = name;
}

function touch(): void {
  touchedAt = Date.now();
}

function watch(): void {
  if (touchedAt !== undefined) return;
  touch();
  for (const kind of kinds) window.addEventListener(kind, touch, { passive: true });
}

/**
 * Runs a request that a page makes by itself. Where nobody touched the page for a minute it does not keep the session from
 * ending: otherwise a page that is kept up to date would stay signed in for as long as anything happens.
 */
export function byItself<T>(request: () => T): T {
  watch();
  // A few seconds, since a reading of the page begins somewhat later; whoever touches the page meanwhile is seen a minute later at most.
  if (cookie && Date.now() - (touchedAt ?? 0) > attendedMs) document.cookie = `${cookie}=1; Max-Age=3; Path=/; SameSite=Strict`;
  return request();
}
