import type { Followed } from "@/lib/runs/follow-output";

/** Output as it travels to the browser. */
export type PlainOutput = {
  revision: string;
  over: boolean;
  pieces: { stream: "stdout" | "stderr"; next: number; missingBytes: number; base64: string }[];
};

export function plainPieces({ revision, over, pieces }: Followed): PlainOutput {
  return {
    revision,
    over,
    pieces: pieces.map(({ stream, next, missingBytes, data }) => ({ stream, next, missingBytes, base64: data.toString("base64") })),
  };
}
