"use server";
import { action } from "@/lib/action";
import { stopRun, StopRunInput } from "@/lib/runs/stop";

export const stop = action(StopRunInput, stopRun);
