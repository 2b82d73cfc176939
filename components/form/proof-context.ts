"use client";
import { createContext } from "react";

/** What must be proved before an action is asked again, and by what it can be. */
export interface ProofAsked {
  verb: string;
  object: string;
  ways: readonly string[];
}

/** Asks whoever is here to prove that it is them; true once they have. Null where nobody is signed in. */
export const ProofContext = createContext<((asked: ProofAsked) => Promise<boolean>) | null>(null);
