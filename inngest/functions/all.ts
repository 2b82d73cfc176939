import { approvalClock, archiveClock, chatClock, checkpointClock, childClock, connectionClock, directoryClock, driftClock, escalationClock, indexClock, partitionClock, reservationClock, verificationClock } from "./clocks";
import { killRunFunction } from "./kill-run";
import { runAction } from "./run-action";
import { sendChatFunction } from "./send-chat";
import { sendMailFunction } from "./send-mail";
import { syncDirectoryFunction } from "./sync-directory";
import { tellThresholdFunction } from "./tell-threshold";

/** What the job engine is told of. */
export const functions = [
  runAction,
  killRunFunction,
  approvalClock,
  escalationClock,
  reservationClock,
  childClock,
  chatClock,
  checkpointClock,
  connectionClock,
  indexClock,
  verificationClock,
  archiveClock,
  partitionClock,
  directoryClock,
  driftClock,
  syncDirectoryFunction,
  tellThresholdFunction,
  sendMailFunction,
  sendChatFunction,
];
