"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";
import { LiveDot } from "../ui/live-dot";
import type { LiveState } from "./source";
import { byItself } from "./unattended";
import { useLive } from "./use-live";

const gatherMs = 120;

const dots: Record<LiveState, { state: "live" | "waiting" | "off"; label: string }> = {
  connecting: { state: "off", label: "Connecting" },
  live: { state: "live", label: "Live" },
  waiting: { state: "waiting", label: "Reconnecting" },
  ended: { state: "off", label: "Signed out" },
  outside: { state: "off", label: "Outside of the network" },
};

/**
 * Keeps a server-rendered page up to date: reads it again when something under the topic changed. `quiet`: shows nothing.
 */
export function LiveRefresh({ topic, quiet }: { topic: string; quiet?: boolean }) {
  const router = useRouter();
  const [refreshing, start] = useTransition();
  const timer = useRef<number | undefined>(undefined);
  const again = useRef(false);

  function refresh() {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => byItself(() => start(() => router.refresh())), gatherMs);
  }

  const state = useLive(topic, () => {
    // A change during a reading may or may not be in it: read once more after.
    if (refreshing) again.current = true;
    else refresh();
  });

  useEffect(() => {
    if (refreshing || !again.current) return;
    again.current = false;
    refresh();
  });
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const dot = dots[state];
  return quiet ? null : <LiveDot state={dot.state} label={dot.label} />;
}
