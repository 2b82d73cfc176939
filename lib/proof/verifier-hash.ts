/** SHA-256 of public/verify-proof.mjs. Made by scripts/offline-verifier.ts; not to be edited. */
export const verifierSha256 = "9fd13f261b862d72d2abf289ed0033dad386e0e6bf92584c46251d0c73b5ea64";
