const MiB = 1024 * 1024;

/** What every sandbox may use at the most; the time limit comes from the agent's policy and the request. */
export const sandboxLimits = {
  /** Thousandths of one core. */
  cpuMillis: 1000,
  memoryBytes: 512 * MiB,
  diskBytes: 64 * MiB,
  pids: 64,
  outputBytes: 4 * MiB,
  outputFiles: 50,
  outputFileBytes: 16 * MiB,
} as const;

/** No run reaches the network; an allowlist needs the egress proxy first. */
export const sandboxNetwork = "none";
