"use client";
import { useEffect, useEffectEvent, useState } from "react";
import { follow, type LiveState } from "./source";

/** Calls `onChange` when something under the topic changed (`approvals`, `notices`, `run:<id>`, `action:<id>`), and says how the connection stands. */
export function useLive(topic: string, onChange: () => void): LiveState {
  const [state, setState] = useState<LiveState>("connecting");
  const changed = useEffectEvent(onChange);
  useEffect(() => follow({ topic, onChange: () => changed(), onState: setState }), [topic]);
  return state;
}
