import type { Statement } from "./tenant";

const known = new Map<string, string>();

/**
 * One statement that does what several inserts and updates do, of which none needs to see what another wrote. Each
 * statement costs its own messages on both sides, which for one row is more than its work.
 */
export function together(writes: readonly Statement[]): Statement[] {
  const [first] = writes;
  if (!first || writes.length === 1) return [...writes];
  const name = writes.map(({ text }) => text).join(";");
  const text = known.get(name) ?? textOf(writes);
  known.set(name, text);
  return [{ text, values: writes.flatMap(({ values }) => values) }];
}

function textOf(writes: readonly Statement[]): string {
  let before = 0;
  const parts = writes.map(({ text, values }, at) => {
    const renumbered = text.replaceAll(/\$(\d+)/g, (_, number: string) => `$${Number(number) + before}`);
    before += values.length;
    return `write_${at + 1} as (${renumbered})`;
  });
  return `with ${parts.join(", ")} select`;
}
