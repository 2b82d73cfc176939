import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { isBreached } from "./breached";

const leastLength = 12;
/** Guesses that an attacker with the stolen hash would need: 10^10 takes years at argon2id's cost. */
const leastGuesses = 1e10;

export const newPasswordSchema = z
  .string()
  .min(leastLength, `must have at least ${leastLength} characters; a few unrelated words are good`)
  .max(256, "must be at most 256 characters");

let estimator: ZxcvbnFactory | undefined;

/**
 * Refuses passwords that are short, common, known from breaches or made of what anybody knows about the person.
 * @param known their name, address and organization.
 * @throws AppError `invalid_input` on the field `password`, saying why.
 */
export function requireGoodPassword(password: string, known: readonly string[]): void {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const words = known.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  const { guesses, sequence } = estimator.check(password, [...words, "countersign"]);
  if (guesses >= leastGuesses && !isBreached(password)) return;
  const why = sequence.some((match) => match.dictionaryName?.startsWith("userInputs"))
    ? "contains your name, address or organization"
    : isBreached(password) || sequence.some((match) => match.dictionaryName !== undefined)
      ? "is among the passwords that are tried first"
      : "is a pattern that is easy to guess";
  throw new AppError("invalid_input", `The password ${why}.`, { fields: { password: `${why}; take a few unrelated words instead` } });
}
