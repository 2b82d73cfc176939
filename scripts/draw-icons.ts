import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { icons } from "lucide-react";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { iconNames } from "@/components/ui/icon-names";

export const iconFile = fileURLToPath(new URL("../components/ui/icons.svg", import.meta.url));

/** All icons of the portal as one SVG file of symbols: pages point into it, so that no page carries them as script. */
export function drawIcons(): string {
  const glyphs = new Map(Object.entries(icons));
  const symbols = Object.entries(iconNames).map(([name, glyph]) => {
    const drawing = glyphs.get(glyph);
    if (!drawing) throw new Error(`Lucide has no icon '${glyph}'.`);
    const svg = renderToStaticMarkup(createElement(drawing));
    const shapes = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  // ISC asks that its notice stays with copies.
  return `<!-- Icons by Lucide (https://lucide.dev), ISC License, Copyright (c) Lucide Contributors -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">\n${symbols.join("\n")}\n</svg>\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(iconFile, drawIcons());
