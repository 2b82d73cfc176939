import { approvalClock, archiveClock, checkpointClock, connectionClock, indexClock, partitionClock, reservationClock, verificationClock } from "./clocks";
import { killRunFunction } from "./kill-run";
import { runAction } from "./run-action";
import { sendMailFunction } from "./send-mail";
import { tellThresholdFunction } from "./tell-threshold";

/** What the job engine is told of. */
export const functions = [
  runAction,
  killRunFunction,
  approvalClock,
  reservationClock,
  checkpointClock,
  connectionClock,
  indexClock,
  verificationClock,
  archiveClock,
  partitionClock,
  tellThresholdFunction,
  sendMailFunction,
];
