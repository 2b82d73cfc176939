/** SHA-256 of public/verify-proof.mjs. Made by scripts/offline-verifier.ts; not to be edited. */
export const verifierSha256 = "de3b4dc85d5516ca4ae9046a951edf7bb077df4aecc610b5391b9442d1e7fedf";
