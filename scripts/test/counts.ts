import { existsSync, readFileSync } from "node:fs";

/** How many tests ended how. */
export type Counts = { passed: number; failed: number; skipped: number };

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
};

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };

/** Counts of a Vitest JSON report. A file that could not even be loaded has no tests of its own and counts as one failed. */
export function vitestCounts(report: VitestReport): Counts {
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of a Playwright JSON report. One that passed only when repeated has failed once too often. */
export function playwrightCounts({ stats }: PlaywrightReport): Counts {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/** Counts that a command of ours wrote itself. */
export function ownCounts({ passed, failed, skipped }: Counts): Counts {
  return { passed, failed, skipped };
}

/**
 * Counts of a stage from its report and its exit code: a runner that failed without a failed test, or had nothing at all
 * to run, is itself one failure.
 */
export function stageCounts<T>(file: string, read: (report: T) => Counts, exitCode: number): Counts {
  const counts = existsSync(file) ? read(JSON.parse(readFileSync(file, "utf8"))) : { passed: 0, failed: 0, skipped: 0 };
  const silentFailure = counts.failed === 0 && (exitCode !== 0 || counts.passed + counts.skipped === 0);
  return silentFailure ? { ...counts, failed: 1 } : counts;
}

export function sum(all: Counts[]): Counts {
  return all.reduce(
    (total, each) => ({
      passed: total.passed + each.passed,
      failed: total.failed + each.failed,
      skipped: total.skipped + each.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

export function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
