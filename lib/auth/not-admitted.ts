/** This person may not come in: not active any more, no role in force, or the proof does not hold any more. */
export class NotAdmitted extends Error {
  /** Records and tells what this refusal needs of its own, once its transaction is undone; whether there was anything. */
  record(): Promise<boolean> {
    return Promise.resolve(false);
  }
}
