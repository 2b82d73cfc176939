import { describe, expect, it } from "vitest";
import { escapedJson, findOddities, textsIn } from "./hostile-summary";

describe("findOddities", () => {
  it("names what deceives, the most frequent first, in values and in names of fields", () => {
    const value = { "pаy": ["safe\u202Egpj.exe", "a\u200Bb\u200Bc"], n: 1, nothing: null };
    expect(findOddities(textsIn(value))).toEqual([
      { name: "zero width space", count: 2 },
      { name: "Cyrillic letter in a Latin word", count: 1 },
      { name: "right-to-left override", count: 1 },
    ]);
  });

  it("says nothing of what honest people write", () => {
    expect(findOddities(["Pay 12 € to “Müller & Söhne”  \r\n— see §3…", "Оплатить счёт", "print('hi')\n\tpass  \n"])).toEqual([]);
  });
});

describe("escapedJson", () => {
  it("is ASCII only, and says the same", () => {
    const value = { text: "é\u202E\u{1F600}\u001b[0m", "kéy": [1, true, null] };
    expect(escapedJson(value)).toMatch(/^[\n\u0020-\u007e]*$/);
    expect(JSON.parse(escapedJson(value))).toEqual(value);
  });
});
