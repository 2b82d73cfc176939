import { newId } from "@/lib/id";
import { beginEmailCode } from "@/lib/mfa/begin-email-code";
import { beginPasskey } from "@/lib/mfa/begin-passkey";
import { beginSms } from "@/lib/mfa/begin-sms";
import { beginTotp } from "@/lib/mfa/begin-totp";
import { confirmPasskey } from "@/lib/mfa/confirm-passkey";
import { confirmSent } from "@/lib/mfa/confirm-sent";
import { confirmTotp } from "@/lib/mfa/confirm-totp";
import { forgetDevice } from "@/lib/mfa/forget-device";
import { listRemembered } from "@/lib/mfa/list-remembered";
import { loadFactors } from "@/lib/mfa/load";
import { offerPasskey } from "@/lib/mfa/offer-passkey";
import { prove } from "@/lib/mfa/prove";
import { removeFactor } from "@/lib/mfa/remove-factor";
import { renewRecoveryCodes } from "@/lib/mfa/renew-recovery-codes";
import { resendSetUp } from "@/lib/mfa/resend-set-up";
import { resetFactors } from "@/lib/mfa/reset-factors";
import { sendCode } from "@/lib/mfa/send-code";
import { type Attempt, names, plain } from "./attempt";

const person = { caller: "person" } as const;

/** One's own second factors, and the fresh proofs that they give. */
export const factors: Record<string, Attempt> = {
  beginEmailCode: plain(beginEmailCode, "own", undefined, person),
  beginPasskey: plain(beginPasskey, "own", undefined, person),
  beginSms: plain(beginSms, "own", () => ({ phone: "+4930123456" }), person),
  beginTotp: plain(beginTotp, "own", () => ({ name: "Phone" }), person),
  confirmPasskey: plain(confirmPasskey, "own", () => ({ name: "Key", response: "{}" }), person),
  confirmSent: plain(confirmSent, "own", () => ({ id: newId(), code: "00000000" }), person),
  confirmTotp: plain(confirmTotp, "own", () => ({ id: newId(), code: "000000" }), person),
  forgetDevice: plain(forgetDevice, "own", () => ({ id: newId() }), person),
  listRemembered: plain(listRemembered, "own", undefined, person),
  loadFactors: plain(loadFactors, "own", undefined, person),
  offerPasskey: plain(offerPasskey, "own", () => ({ verb: "keys.create", object: newId() }), person),
  prove: plain(prove, "own", () => ({ verb: "keys.create", object: newId(), proof: { method: "totp", code: "000000" } }), person),
  removeFactor: plain(removeFactor, "own", () => ({ id: newId() }), person),
  resetFactors: names(resetFactors, ["sessions.revoke"], (p) => ({ id: p.member.actor.id }), { ...person, on: "organization" }),
  resendSetUp: plain(resendSetUp, "own", () => ({ id: newId() }), person),
  sendCode: plain(sendCode, "own", () => ({ kind: "email" }), person),
  renewRecoveryCodes: plain(renewRecoveryCodes, "own", undefined, person),
};
