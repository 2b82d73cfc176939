"use client";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { useReadiness } from "./use-readiness";

const everyMs = 5_000;

/** Beside what says that the job engine is away: reads the page again when it is back. */
export function ReadAgainWithJobs() {
  const router = useRouter();
  const [reading, start] = useTransition();
  useReadiness(everyMs, ({ jobs }) => {
    if (jobs === "ok" && !reading) start(() => router.refresh());
  });
  return null;
}
