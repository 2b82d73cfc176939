"use client";
import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import type { ActionResult } from "./result";

/** Loaded when a key is asked for: most who come to a page have none. */
const library = () => import("@simplewebauthn/browser");

/** Has a key of the person sign; its answer, as it is sent to the portal, or why there is none. */
export function askPasskey(optionsJSON: PublicKeyCredentialRequestOptionsJSON): Promise<ActionResult<string>> {
  return answerOf(async () => (await library()).startAuthentication({ optionsJSON }));
}

/** Has a new key made; its answer, as it is sent to the portal, or why there is none. */
export function makePasskey(optionsJSON: PublicKeyCredentialCreationOptionsJSON): Promise<ActionResult<string>> {
  return answerOf(async () => (await library()).startRegistration({ optionsJSON }));
}

async function answerOf(ask: () => Promise<unknown>): Promise<ActionResult<string>> {
  try {
    return { ok: true, value: JSON.stringify(await ask()) };
  } catch (error) {
    const isKnown = error instanceof Error && error.name === "InvalidStateError";
    return {
      ok: false,
      error: isKnown
        ? { code: "conflict", message: "This key is registered already." }
        : { code: "key_silent", message: "The key did not answer.", hint: "It was cancelled, took too long, or does not belong here. Try again." },
    };
  }
}
