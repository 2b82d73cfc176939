import { searchCase, searchNames } from "./audit-search";
import type { GrowthCase } from "./case";

/** Where each case of row (j) is. */
export const growthCases: Record<string, () => Promise<{ growthCase: GrowthCase }>> = {
  decisions: () => import("./decisions"),
  queue: () => import("./queue"),
  append: () => import("./audit-append"),
  ...Object.fromEntries(searchNames.map((name) => [`search ${name}`, async () => ({ growthCase: searchCase(name) })])),
};
