import { rm } from "node:fs/promises";
import { removeCgroupsNamed } from "./cgroup";
import { unmountDisk } from "./disk";

/** Removes the processes, control groups, disks and folders that a runner which was killed left behind. */
export async function removeLeftovers(runsDir: string, cgroupPrefix: string): Promise<void> {
  await removeCgroupsNamed(cgroupPrefix);
  await unmountDisk(runsDir);
  await rm(runsDir, { recursive: true, force: true });
}
