const windowMs = 60_000;
const maxRemembered = 10_000;

type Window = { startedAt: number; written: number; more: number };

/**
 * Says how often the same thing is written to the audit: at most `perMinute` times a minute for one name, so that a
 * client in a loop cannot fill it. `take` gives null when this one is only counted, or else how many were since the last
 * that was written.
 */
export function auditQuota(perMinute: number) {
  const windows = new Map<string, Window>();
  return {
    take(name: string, now: number = performance.now()): number | null {
      let window = windows.get(name);
      if (!window || now - window.startedAt >= windowMs) {
        if (windows.size >= maxRemembered) windows.clear();
        window = { startedAt: now, written: 0, more: window?.more ?? 0 };
        windows.set(name, window);
      }
      if (window.written >= perMinute) {
        window.more += 1;
        return null;
      }
      window.written += 1;
      const since = window.more;
      window.more = 0;
      return since;
    },
    /** The writing failed: the next one is due again. */
    forget(name: string): void {
      windows.delete(name);
    },
  };
}
