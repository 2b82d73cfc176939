import { expect, test } from "vitest";
import { createTestDatabase } from "./testing";
import postgres from "postgres";
import { answersTogether, together } from "./together";

test("several writes become one statement that does all of them, each with its own values", async () => {
  const database = await createTestDatabase(process.env.TEST_DATABASE_URL ?? "");
  const sql = postgres(database.adminUrl, { max: 1, onnotice: () => {} });
  try {
    await sql`create table fruit (name text primary key, number int not null)`;
    await sql`insert into fruit values ('pear', 1)`;
    const [one, ...more] = together([
      { text: "insert into fruit values ($1, $2), ($3, $2)", values: ["apple", 2, "quince"] },
      { text: "update fruit set number = number + $2 where name = $1", values: ["pear", 10] },
      { text: "insert into fruit values ($1, 4)", values: ["plum"] },
    ]);
    expect(more).toEqual([]);
    if (!one) throw new Error("there is no statement");
    await sql.unsafe(one.text, [...one.values] as string[]);
    const rows = await sql<{ name: string; number: number }[]>`select name, number from fruit order by name`;
    expect(rows.map(({ name, number }) => `${name} ${number}`)).toEqual(["apple 2", "pear 11", "plum 4", "quince 2"]);
    const [last] = together([{ text: "insert into fruit values ($1, $2)", values: ["nut", 5] }], { text: "select $1::int + 1 as more", values: [7] });
    expect(last && [...await sql.unsafe(last.text, [...last.values] as string[])]).toEqual([{ more: 8 }]);
    const { text, values } = answersTogether({
      many: { text: "select name from fruit where number = $1 order by name desc for update", values: [2] },
      none: { text: "select name from fruit where number = $1", values: [1] },
      one: { text: "select name, number from fruit where number > $1 and name <> $2", values: [4, "pear"] },
    });
    expect([...await sql.unsafe(text, [...values] as string[])]).toEqual([{ many: [{ name: "quince" }, { name: "apple" }], none: [], one: [{ name: "nut", number: 5 }] }]);
  } finally {
    await sql.end();
    await database.drop();
  }
});

test("one write, and none, stay as they are", () => {
  const one = { text: "insert into fruit values ($1)", values: ["fig"] };
  expect(together([one])).toEqual([one]);
  expect(together([])).toEqual([]);
});
