import { expect, it } from "vitest";
import { takeTurns } from "./take-turns";

it("tells what each has to say in one piece, the first at once and the others as soon as it is their turn", () => {
  let told = "";
  const turn = takeTurns({ write: (text: string) => ((told += text), true) });
  const [one, two, three] = [turn(), turn(), turn()];
  two.write("2");
  one.write("1");
  three.write("3");
  expect(told).toBe("1");
  three.end();
  one.write("1");
  expect(told).toBe("11");
  one.end();
  expect(told).toBe("112");
  two.write("2");
  expect(told).toBe("1122");
  two.end();
  expect(told).toBe("11223");
  const four = turn();
  four.write("4");
  expect(told).toBe("112234");
});
