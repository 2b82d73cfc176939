export type ScanTask = {
  organizationId: string;
  /** Events up to here are leaves of the signed tree; 0: there is none. */
  treeSize: number;
  /** Nothing may be left out. */
  complete: boolean;
};

/** What was found in a chunk: where it begins and ends, so that chunks can be joined. Hashes are hexadecimal. */
export type ScannedChunk = {
  events: number;
  first: { n: number; seq: number; prev: string };
  last: { n: number; seq: number; chain: string };
  /** chain of each event, 32 bytes each. */
  chains: Uint8Array;
  /** Every leaf from the first event up to the signed size is here. */
  unbroken: boolean;
  nodes: { level: number; hash: string }[];
  checkpointChain: string | null;
};

/** Reads chunks of an export, whole lines, and checks every byte of them. Null: something is not as it should be. */
export function chunkScanner(task: ScanTask): (length: number, read: (bytes: Buffer) => number) => ScannedChunk | null;
