import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds wrong with a page by WCAG 2.2, A and AA: the rule, and which elements break it. */
export async function violations(page: Page): Promise<{ id: string; elements: string[] }[]> {
  // The usual mode collects frames' findings in a page of its own, which takes as long again. No page of ours has a frame.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => ({ id, elements: nodes.map((node) => node.target.join(" ")) }));
}
