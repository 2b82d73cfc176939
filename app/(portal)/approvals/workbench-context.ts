"use client";
import { createContext, type RefObject, useContext } from "react";

type WorkbenchState = {
  /** Whether there is a queue: whoever only asked sees the request alone. */
  isQueue: boolean;
  /** Another request is on its way: what is shown must not be decided now. */
  moving: boolean;
  /** Opens the next one that waits; null when there is none. */
  next: (() => void) | null;
  /** Where the opened request stands. */
  panel: RefObject<HTMLElement | null> | null;
};

export const WorkbenchContext = createContext<WorkbenchState>({ isQueue: false, moving: false, next: null, panel: null });

/** The queue around an opened request. */
export function useWorkbench(): WorkbenchState {
  return useContext(WorkbenchContext);
}
