import { DOMParser } from "@xmldom/xmldom";
import { SaxesParser, type SaxesTagNS } from "saxes";
import { SsoRefusal } from "./refusal";

const largest = 262_144;
const mostElements = 5_000;
const deepest = 40;
const idNames = new Set(["id", "Id", "ID"]);

/**
 * Reads XML that somebody else wrote: one root, no document type (so no entities), no comment, processing instruction or CDATA,
 * no id twice. Each of these let two readers of one document see two different texts.
 * @throws SsoRefusal that says what is in it.
 */
export function parseStrict(xml: string): Document {
  if (xml.length > largest) throw new SsoRefusal("The XML is larger than 256 KiB.");
  refuseOddities(xml);
  const stop = (message: string): never => {
    throw new SsoRefusal(`The XML cannot be read: ${message.slice(0, 200)}`);
  };
  return new DOMParser({ errorHandler: { warning: stop, error: stop, fatalError: stop } }).parseFromString(xml, "text/xml");
}

function refuseOddities(xml: string): void {
  const parser = new SaxesParser({ xmlns: true });
  const refuse = (what: string) => () => {
    throw new SsoRefusal(`The XML has ${what}.`);
  };
  let elements = 0;
  let depth = 0;
  const ids = new Set<string>();
  parser.on("doctype", refuse("a document type declaration"));
  parser.on("comment", refuse("a comment"));
  parser.on("processinginstruction", refuse("a processing instruction"));
  parser.on("cdata", refuse("a CDATA section"));
  parser.on("xmldecl", ({ version, encoding }) => {
    if (version !== "1.0" || (encoding && encoding.toLowerCase() !== "utf-8")) refuse("another version or encoding than 1.0 and UTF-8")();
  });
  parser.on("opentag", (tag: SaxesTagNS) => {
    elements += 1;
    depth += 1;
    if (elements > mostElements || depth > deepest) refuse("more elements than any answer of an identity provider")();
    for (const { local, uri, value } of Object.values(tag.attributes)) {
      if (uri !== "" || !idNames.has(local)) continue;
      if (ids.has(value)) refuse("one id twice")();
      ids.add(value);
    }
  });
  parser.on("closetag", () => void (depth -= 1));
  parser.on("error", (error) => {
    throw new SsoRefusal(`The XML is not well formed: ${error.message.slice(0, 200)}`);
  });
  parser.write(xml).close();
}

type Named = { ns: string; name: string };

export function isNamed(element: Element, { ns, name }: Named): boolean {
  return element.namespaceURI === ns && element.localName === name;
}

export function childElements(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1);
}

/** All elements below, and `root` itself. */
export function allElements(root: Element): Element[] {
  return [root, ...childElements(root).flatMap(allElements)];
}

export function childrenNamed(parent: Element, wanted: Named): Element[] {
  return childElements(parent).filter((element) => isNamed(element, wanted));
}

/** @throws SsoRefusal unless there is exactly one such child. */
export function onlyChild(parent: Element, wanted: Named): Element {
  const found = childrenNamed(parent, wanted);
  const [first] = found;
  if (!first || found.length !== 1) throw new SsoRefusal(`${parent.localName} has ${found.length} elements ${wanted.name}; it must have one.`);
  return first;
}

/** The attribute's value, of no namespace; null when it is not there. */
export function attribute(element: Element, name: string): string | null {
  return element.hasAttribute(name) ? element.getAttribute(name) : null;
}

/** The text of an element that has nothing but text. @throws SsoRefusal when it has elements. */
export function textOf(element: Element): string {
  if (Array.from(element.childNodes).some((node) => node.nodeType !== 3)) throw new SsoRefusal(`${element.localName} has more than text.`);
  return (element.textContent ?? "").trim();
}
