/** A key, or its agent, is no longer what was remembered of it: the request is to be looked at again, with the key read anew. */
export class KeyChanged extends Error {
  override readonly name = "KeyChanged";
}
