import type { NonceStore } from "./signing";

/** A nonce store in memory, for one process. Full means refused: nothing is forgotten before its time. */
export function memoryNonces(capacity = 100_000): NonceStore {
  const seen = new Map<string, number>();
  return {
    async remember(nonce, expiresAt) {
      if (seen.has(nonce)) return false;
      if (seen.size >= capacity) dropExpired(seen);
      if (seen.size >= capacity) return false;
      seen.set(nonce, expiresAt.getTime());
      return true;
    },
  };
}

function dropExpired(seen: Map<string, number>): void {
  const now = Date.now();
  for (const [nonce, expiresAt] of seen) if (expiresAt <= now) seen.delete(nonce);
}
