import type { Statement } from "./tenant";

const known = new Map<string, string>();

/**
 * One statement that does what several inserts and updates do, of which none needs to see what another wrote, and what
 * `last` does, a `select`. Each statement costs its own messages on both sides, which for one row is more than its work.
 */
export function together(writes: readonly Statement[], last?: Statement): Statement[] {
  const all = last ? [...writes, last] : [...writes];
  if (all.length < 2) return all;
  return [oneOf(all, (texts) => {
    const select = last ? texts.pop() : "select";
    return `with ${texts.map((text, at) => `write_${at + 1} as (${text})`).join(", ")} ${select}`;
  })];
}

/**
 * One statement that answers several: a row with a column for each, which holds its rows as JSON has them, so times are
 * text and amounts are numbers. They are read in this order, and all see what was there when the first one began.
 */
export function answersTogether(reads: Readonly<Record<string, Statement>>): Statement {
  const names = Object.keys(reads);
  return oneOf(Object.values(reads), (texts) =>
    `select ${texts.map((text, at) => `(select coalesce(json_agg(answer), '[]') from (${text}) as answer) as "${names[at]}"`).join(", ")}`,
  );
}

function oneOf(all: readonly Statement[], textOf: (texts: string[]) => string): Statement {
  const name = all.map(({ text }) => text).join(";");
  const text = known.get(name) ?? textOf(renumbered(all));
  known.set(name, text);
  return { text, values: all.flatMap(({ values }) => values) };
}

function renumbered(all: readonly Statement[]): string[] {
  let before = 0;
  return all.map(({ text, values }) => {
    const from = before;
    before += values.length;
    return text.replaceAll(/\$(\d+)/g, (_, number: string) => `$${Number(number) + from}`);
  });
}
