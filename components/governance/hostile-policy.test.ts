import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { ChangeTable } from "./change-table";

const hostile = `// </pre><script>alert(1)</script>\npermit\u202e (\u200bprincipal, action, resource);\u0000`;

it("shows a hostile policy for what it is, before it is published and after", () => {
  const html = renderToStaticMarkup(createElement(ChangeTable, { changes: [{ path: "text\u202e", before: "", after: hostile }, { path: "note", before: null, after: { "<b>": "\u2066" } }] }));
  expect(html).not.toMatch(/<script|<b>|[\u202e\u200b\u2066\u0000]/);
  expect(html).toContain("right-to-left override");
});
