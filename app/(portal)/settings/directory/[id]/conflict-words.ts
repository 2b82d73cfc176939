import type { ConflictView } from "@/lib/directory/load";

/** What is the matter and what to do about it; `adopt` where that is one click. */
export const conflictWords: Record<ConflictView["conflict"], { text: string; adopt?: string }> = {
  by_hand: { text: "Somebody has this address who was added by hand. Take them over, and the directory may rename and remove them; roles given by hand stay.", adopt: "Take over" },
  left: { text: "Somebody with this address was removed here. The directory does not let them in again by itself.", adopt: "Let in again" },
  taken: { text: "The address belongs to another organization on this portal. Give the user another address in your directory." },
  other_directory: { text: "Another connected directory has this person. Take them out of one of the two." },
  last_admin: { text: "The directory takes away the last organization admin, which was refused. Make somebody else an organization admin, then have the directory send it again." },
};
