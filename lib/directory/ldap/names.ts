/**
 * A distinguished name as members and entries can be compared: without case, without the spaces that separate, with characters
 * escaped in one way (RFC 4514 allows `\2C` and `\,`).
 */
export function comparableDn(dn: string): string {
  return dn
    .replace(/\\([0-9a-fA-F]{2})/g, (all, hex: string) => {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      return /[ "#+,;<=>\\]/.test(character) ? `\\${character}` : all.toLowerCase();
    })
    .replace(/(?<!\\)\s*([,=+])\s*/g, "$1")
    .trim()
    .toLowerCase();
}

/** The id that an entry keeps when it is renamed or moved: bytes as Active Directory writes a GUID, text as it is. */
export function stableId(value: string | Buffer | undefined): string | null {
  if (value === undefined) return null;
  if (typeof value === "string") return /^[\x21-\x7e]{1,255}$/.test(value) ? value.toLowerCase() : null;
  const asText = value.toString("latin1");
  if (value.length !== 16) return /^[\x21-\x7e]{1,255}$/.test(asText) ? asText.toLowerCase() : value.length > 0 && value.length <= 100 ? value.toString("hex") : null;
  // The first three parts are little-endian ([MS-DTYP] 2.3.4).
  const parts = [value.subarray(0, 4).toReversed(), value.subarray(4, 6).toReversed(), value.subarray(6, 8).toReversed(), value.subarray(8, 10), value.subarray(10)];
  return parts.map((part) => Buffer.from(part).toString("hex")).join("-");
}
