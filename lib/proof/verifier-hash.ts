/** SHA-256 of public/verify-proof.mjs. Made by scripts/offline-verifier.ts; not to be edited. */
export const verifierSha256 = "ae7d80814f2694cc63c1a7b654ecf0cd89aa6dfa1fddca033d951d2e69995bd0";
