/** An identity provider's answer that does not let anybody in. The message is for the audit and for who tests; the browser hears less. */
export class SsoRefusal extends Error {
  override readonly name = "SsoRefusal";
}
