import { OutputCallback, ResultCallback } from "@/runner/contract/schemas";
import { callbackRoute } from "./callback-route";
import { recordOutput } from "./record-output";
import { recordResult } from "./record-result";

export const outputCallback = callbackRoute(OutputCallback, "output", recordOutput);
export const resultCallback = callbackRoute(ResultCallback, "result", recordResult);
