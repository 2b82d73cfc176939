/** SHA-256 of public/verify-proof.mjs. Made by scripts/offline-verifier.ts; not to be edited. */
export const verifierSha256 = "81528c6de3eb840b15edf27349a8c22aea67eb813e5c6614e63affcb88b04b96";
