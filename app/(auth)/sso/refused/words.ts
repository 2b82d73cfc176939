import type { RefusalKind } from "@/lib/sso/refusal";

type Words = { title: string; happened: string; todo: string; mayRetry: boolean };

const askAdmin = "Give the reference below to an admin of your organization: it leads them to the exact reason.";

/** What a person reads who comes back from their identity provider and is not let in. Nothing of it tells who has an account. */
export const words: Record<RefusalKind, Words> = {
  lost: {
    title: "This sign-in did not begin here",
    happened: "The answer of your identity provider is to no sign-in that this browser began: it began in another browser or window, or this browser keeps no cookies for this site.",
    todo: "Begin again from here. If you came by a tile or bookmark of your identity provider, your organization may not allow that.",
    mayRetry: true,
  },
  late: { title: "That took too long", happened: "A sign-in must come back within ten minutes, and this one was older.", todo: "Begin again.", mayRetry: true },
  used: { title: "This sign-in was used already", happened: "Each answer of an identity provider counts once. It was loaded again, or came twice.", todo: "Begin again; do not use “Back” on the way.", mayRetry: true },
  provider: { title: "Your identity provider did not sign you in", happened: "It sent you back with an error of its own: you cancelled there, or its admin has not given you this application.", todo: `Begin again. If it stays so: ${askAdmin}`, mayRetry: true },
  away: { title: "Your identity provider cannot be asked", happened: "You came back from it, but the portal could not reach it to check the answer.", todo: `Try again in a few minutes. If it stays so: ${askAdmin}`, mayRetry: true },
  answer: { title: "The answer was not accepted", happened: "What your identity provider sent did not pass the checks of this portal.", todo: `Begin again once. If it stays so, its set-up or this portal's must be mended. ${askAdmin}`, mayRetry: true },
  not_admitted: { title: "You are signed in there, but not let in here", happened: "Your identity provider knows you, but nothing that it says of you lets you in here: no role, an address that does not belong here, or your access has ended.", todo: askAdmin, mayRetry: false },
  conflict: { title: "Somebody else has this address here", happened: "Your identity provider gave an address that belongs here to a person who signed in by another account. An admin must decide whether that is you, and has been told.", todo: askAdmin, mayRetry: false },
  ticket: { title: "The last step was not taken in time", happened: "Your identity provider let you in, but this browser did not finish within a minute, finished twice, or your access ended meanwhile.", todo: "Begin again.", mayRetry: true },
  unknown: { title: "There is no such connection", happened: "Your identity provider sent you to an address here that is of no connection: it was removed, or the address there is wrong.", todo: askAdmin, mayRetry: true },
  too_often: { title: "Too many sign-ins from your network", happened: "Within a minute more answers came from your address than the portal takes.", todo: "Wait a minute and begin again.", mayRetry: true },
  sign_out: { title: "The request to sign out was not accepted", happened: "Your identity provider, or a page that claims to be it, asked to sign you out here in a way that did not pass the checks of this portal. Nobody was signed out here.", todo: `Sign out here yourself, by the menu with your name. If it stays so: ${askAdmin}`, mayRetry: false },
  failed: { title: "Something went wrong on our side", happened: "The answer came, and the portal failed to work on it. Nothing was changed.", todo: `Begin again in a moment. If it stays so: ${askAdmin}`, mayRetry: true },
};
