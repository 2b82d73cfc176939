import type { CedarProblem } from "./problem";

export const maxTextBytes = 64 * 1024;
export const maxPolicies = 500;
const maxDepth = 16;
const maxSteps = 200;
const maxMembers = 1_000;

// Text in quotes, comments, words and numbers whole; signs of two characters before those of one.
const token = /"(?:[^"\\]|\\[^])*"|\/\/[^\n]*|[A-Za-z_][A-Za-z0-9_]*|\d+|&&|\|\||::|\s+|[^]/g;
const steps = new Set(["&&", "||", "+", "-", "*", "!", ".", "if", "["]);

/**
 * The first thing by which a text is larger or more deeply nested than policies may be; null: nothing. Cedar reads by recursion,
 * and what nests deeper than its stack ends the whole instance, so this is asked before any text is given to it. Takes time in
 * proportion to the text.
 */
export function boundsProblem(text: string): CedarProblem | null {
  const at = (message: string, index: number): CedarProblem => ({ message, ...placeOf(text, index) });
  if (text.length > maxTextBytes || Buffer.byteLength(text) > maxTextBytes) return at(`The text must be at most ${maxTextBytes / 1024} KiB.`, 0);
  const open: Level[] = [{ steps: 0, members: 1 }];
  let policies = 0;
  let path = 0;
  for (const { 0: sign, index } of text.matchAll(token)) {
    const level = open.at(-1) ?? { steps: 0, members: 1 };
    if (sign === '"') return at('This text in quotes has no end.', index);
    if (steps.has(sign)) {
      level.steps++;
      path++;
      if (path > maxSteps) return at(`A condition may have at most ${maxSteps} steps; split it into several policies.`, index);
    }
    if (sign === "(" || sign === "[" || sign === "{") {
      if (open.length > maxDepth) return at(`Brackets may be at most ${maxDepth} deep.`, index);
      open.push({ steps: 0, members: 1 });
    } else if (sign === ")" || sign === "]" || sign === "}") {
      if (open.length === 1) return at(`There is no bracket that this ${sign} would close.`, index);
      path -= level.steps;
      open.pop();
    } else if (sign === ",") {
      path -= level.steps;
      level.steps = 0;
      if (++level.members > maxMembers) return at(`A list may have at most ${maxMembers} members.`, index);
    } else if (sign === ";" && open.length === 1) {
      path = level.steps = 0;
      if (++policies > maxPolicies) return at(`There may be at most ${maxPolicies} policies.`, index);
    }
  }
  return null;
}

type Level = { steps: number; members: number };

/** Where each policy of a text begins, annotations included. */
export function policyStarts(text: string): number[] {
  const starts: number[] = [];
  let depth = 0;
  let begun = false;
  for (const { 0: sign, index } of text.matchAll(token)) {
    if (/^\s|^\/\//.test(sign)) continue;
    if (!begun) starts.push(index);
    if (sign === "(" || sign === "[" || sign === "{") depth++;
    if (sign === ")" || sign === "]" || sign === "}") depth--;
    begun = !(sign === ";" && depth === 0);
  }
  return starts;
}

/** Line and column of a place in a text, both from 1. */
export function placeOf(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  return { line: before.split("\n").length, column: index - before.lastIndexOf("\n") };
}
