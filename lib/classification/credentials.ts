/** Most keys have nothing of them. */
const credentialWord = /pass|secret|token|key|auth|cred/i;
const credentialKey = /(?:^|[_-])(?:password|passwd|passphrase|secret|token|api_?key|authorization|private_?key|credentials?)(?:$|[_-])/i;

/** How keys begin, by which those who issue them let them be found; what must follow; and what it is. */
const forms: readonly [prefix: string, rest: RegExp, what: string][] = [
  ["-----BEGIN ", /(?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY/y, "a private key"],
  ["AKIA", /[0-9A-Z]{16}/y, "an access key of AWS"],
  ["ASIA", /[0-9A-Z]{16}/y, "an access key of AWS"],
  ["gh", /[pousr]_[A-Za-z0-9]{36}/y, "a token of GitHub"],
  ["github_pat_", /[A-Za-z0-9_]{22}/y, "a token of GitHub"],
  ["glpat-", /[A-Za-z0-9_-]{20}/y, "a token of GitLab"],
  ["xox", /[abeprs]-[A-Za-z0-9-]{10}/y, "a token of Slack"],
  ["k_live_", /[A-Za-z0-9]{16}/y, "a key of Stripe"],
  ["AIza", /[A-Za-z0-9_-]{35}/y, "a key of Google"],
  ["sk-", /(?:ant-|proj-)?[A-Za-z0-9_-]{32}/y, "a key of a model's provider"],
  ["cs_", /[A-Za-z0-9_-]{49}/y, "an API key of an agent"],
  ["eyJ", /[A-Za-z0-9_-]{16,1024}\.eyJ[A-Za-z0-9_-]{16}/y, "a signed token (JWT)"],
];
const mostTries = 1_000;

/**
 * What kind of secret a text holds, by its form; null: none that is known. Takes time in proportion to the text; one that
 * is made to have thousands of beginnings counts as holding a secret rather than being looked at for long.
 */
export function secretIn(text: string): string | null {
  if (text.length < 16) return null;
  for (const [prefix, rest, what] of forms) {
    let tries = 0;
    for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
      if (++tries > mostTries) return what;
      rest.lastIndex = at + prefix.length;
      if (rest.test(text)) return what;
    }
  }
  return null;
}

/** What in the arguments is secret: a value in the form of a key, or the name of one. Null: nothing is seen. */
export function credentialIn(value: unknown): string | null {
  if (typeof value === "string") return secretIn(value);
  if (value === null || typeof value !== "object") return null;
  for (const [key, inner] of Object.entries(value)) {
    // camelCase as well: apiKey, clientSecret.
    if (!Array.isArray(value) && credentialWord.test(key) && credentialKey.test(key.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2"))) return "what looks like a credential";
    const found = secretIn(key) ?? credentialIn(inner);
    if (found) return found;
  }
  return null;
}
