"use server";
import { action } from "@/lib/action";
import { LiftLockInput, liftLock } from "@/lib/locks/lift";
import { PlaceLockInput, placeLock } from "@/lib/locks/place";

export const placeLockAction = action(PlaceLockInput, placeLock);
export const liftLockAction = action(LiftLockInput, liftLock);
