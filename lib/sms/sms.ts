/** What sends text messages. `to`: a number in E.164 form. @throws SmsNotSent */
export type SmsProvider = { send: (to: string, text: string) => Promise<void> };

/** The provider did not take a message. Its message is for the audit, the hint for the person who waits for it. */
export class SmsNotSent extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}
