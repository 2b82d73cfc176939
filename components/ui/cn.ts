import { type ClassValue, clsx } from "clsx";
import { laterWins } from "./later-wins";

/** Joins class names; where two set the same property, the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return laterWins(clsx(classes));
}
