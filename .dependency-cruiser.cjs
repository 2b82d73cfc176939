// Imports run one way. What a folder may import is listed; everything else of ours is forbidden, without exceptions.
const own = "^(app|bench|clients|components|db|deploy|e2e|inngest|lib|runner|scripts)/|^server[.]ts$";
const tests = "[.]test[.]tsx?$";

/** @param {string} from  @param {string[]} allowed folders or files of ours, as the beginnings of their paths  @param {string} [except] */
function mayImport(from, allowed, except) {
  return {
    name: `${from.replace(/[\^/$]/g, "")}-imports`,
    comment: `${from} may import of ours only: ${allowed.join(", ") || "nothing"}`,
    severity: "error",
    from: { path: from, pathNot: except ? [except] : [] },
    to: { path: own, pathNot: allowed.map((folder) => `^${folder}`) },
  };
}

module.exports = {
  forbidden: [
    mayImport("^app/", ["app/", "components/", "lib/", "inngest/"], tests),
    // A test of a door looks behind it: at the rows, and as the runner that calls.
    mayImport(`^app/.*${tests}`, ["app/", "clients/", "lib/", "db/", "runner/contract/"]),
    // What others take with them knows nothing of ours.
    mayImport("^clients/", ["clients/"]),
    mayImport("^components/", ["components/"]),
    mayImport("^lib/", ["lib/", "db/", "runner/contract/"]),
    mayImport("^db/", ["db/"]),
    mayImport("^inngest/", ["inngest/", "lib/"]),
    mayImport("^runner/", ["runner/"]),
    mayImport("^runner/contract/", ["runner/contract/"]),
    mayImport("^server[.]ts$", ["app/api/v1/", "inngest/serve", "lib/"]),
    {
      name: "pages-do-not-know-jobs",
      comment: "Only the route that serves the functions to the job engine imports them.",
      severity: "error",
      from: { path: "^app/", pathNot: "^app/api/inngest/" },
      to: { path: "^inngest/" },
    },
    {
      name: "engine-stands-alone",
      comment: "The embedded engine can be replaced by Inngest, so nothing of the portal's is known to it, nor it to the functions.",
      severity: "error",
      from: { path: "^inngest/(functions|client|events)" },
      to: { path: "^inngest/engine/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(node_modules|[.]next|[.]data)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
