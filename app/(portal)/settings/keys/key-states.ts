/** States of a key for filters, as `lib/keys/list.ts` knows them. */
export const keyStateOptions = [
  { value: "active", label: "Active" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
] as const;
