/** Somebody as a directory that is asked has them; `id` stays the same for ever. */
export type PulledUser = { id: string; userName: string; email: string | null; displayName: string | null; givenName?: string | null; familyName?: string | null; title?: string | null; active: boolean };

/** A group with the ids of its users and of the groups in it. `place` tells apart two of one name. */
export type PulledGroup = { id: string; name: string; place: string; users: readonly string[]; groups: readonly string[] };

export type Pulled = { users: readonly PulledUser[]; groups: readonly PulledGroup[] };

/** The first few, for who tries a connection out. */
export type Sample = { users: PulledUser[]; groups: { name: string; members: number }[]; notes: string[] };

/** A directory that is asked. Both throw AppError: `unavailable` for what passes by itself, `invalid_input` for what somebody must mend. */
export type Source = { read: () => Promise<Pulled>; sample: () => Promise<Sample> };

/** More than these, and the answer is refused whole: the filters should choose who is to come. */
export const mostUsers = 100_000;
export const mostGroups = 10_000;
export const mostMemberships = 1_000_000;
