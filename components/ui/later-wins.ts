/** Utilities of one property whose names do not begin alike. */
const families: [property: string, names: RegExp][] = [
  ["display", /^(block|inline|inline-block|inline-flex|flex|grid|inline-grid|contents|hidden|table|flow-root)$/],
  ["position", /^(static|fixed|absolute|relative|sticky)$/],
  ["visibility", /^(visible|invisible)$/],
  ["underline", /^(underline|line-through|no-underline)$/],
  ["text-overflow", /^(truncate|text-ellipsis|text-clip)$/],
  ["text-align", /^text-(left|center|right|start|end)$/],
  ["text-wrap", /^text-(wrap|nowrap|balance|pretty)$/],
  ["font-size", /^text-(xs|sm|base|md|lg|xl|2xl|\[[\d.]+(px|r?em)\])$/],
  ["font-family", /^font-(sans|mono)$/],
  ["font-weight", /^font-(normal|medium|semibold|bold)$/],
  ["text-color", /^text-[a-z].*$/],
  ["background-color", /^bg-[a-z].*$/],
  ["white-space", /^whitespace-.+$/],
  ["list-position", /^list-(in|out)side$/],
  ["border-collapse", /^border-(collapse|separate)$/],
  ["border-style", /^border-(solid|dashed|none)$/],
  ["border-width$2", /^border(-([xytrbl]))?(-\d+)?$/],
  ["border-color-$2", /^border(-([xytrbl]))?-[a-z].*$/],
  ["outline-style", /^outline-(none|dashed)$/],
  ["outline-width", /^outline(-\d+)?$/],
  ["outline-color", /^outline-(?!offset)[a-z].*$/],
  ["flex-direction", /^flex-(row|col)(-reverse)?$/],
  ["flex-wrap", /^flex-(wrap|nowrap)$/],
  ["decoration-style", /^decoration-(wavy|dotted)$/],
  ["sr", /^(not-)?sr-only$/],
  ["mask", /^mask-.+$/],
  ["stroke-color", /^stroke-[a-z].*$/],
  ["fill", /^fill-.+$/],
  ["cursor", /^cursor-.+$/],
  ["decoration-color", /^decoration-(?!wavy|dotted).+$/],
  ["divide-width", /^divide-[xy](-\d+)?$/],
  ["divide-color", /^divide-[a-z]{2,}.*$/],
  ["flex", /^flex-(\d+|auto|none|initial)$/],
];

/** What setting the one also takes away of the others. */
const covers: Record<string, string[]> = {
  size: ["w", "h"],
  p: ["px", "py", "pt", "pr", "pb", "pl"],
  px: ["pr", "pl"],
  py: ["pt", "pb"],
  m: ["mx", "my", "mt", "mr", "mb", "ml"],
  mx: ["mr", "ml"],
  my: ["mt", "mb"],
  inset: ["inset-x", "inset-y", "top", "right", "bottom", "left"],
  "inset-x": ["right", "left"],
  "inset-y": ["top", "bottom"],
  rounded: ["rounded-t", "rounded-b", "rounded-l", "rounded-r"],
  gap: ["gap-x", "gap-y"],
  overflow: ["overflow-x", "overflow-y"],
  flex: ["basis", "grow", "shrink"],
  "line-clamp": ["display", "overflow"],
  "border-width": ["x", "y", "t", "r", "b", "l"].map((side) => `border-width${side}`),
  "font-size": ["leading"],
};

const properties = new Map<string, string>();

/** The property that a utility sets, as far as this portal's utilities go; with its variants ("max-sm:hover:"). */
function propertyOf(name: string): string {
  const known = properties.get(name);
  if (known !== undefined) return known;
  const [, variants = "", utility = ""] = /^((?:[^:[\]]+:|[^:[\]]*\[[^\]]*\][^:]*:)*)-?(.*)$/.exec(name) ?? [];
  const bare = utility.replace(/\/\d+$/, "");
  let property: string | undefined;
  for (const [family, names] of families) {
    const match = names.exec(bare);
    if (match) {
      property = family.replace("$2", match[2] ?? "");
      break;
    }
  }
  const found = `${variants} ${property ?? bare.replace(/-(\[.*\]|\(.*\)|[^-]*)$/, "")}`;
  properties.set(name, found);
  return found;
}

/** Leaves out of a list of classes what a later one sets again: otherwise the order of the style sheet would decide. */
export function laterWins(classes: string): string {
  const set = new Set<string>();
  const kept: string[] = [];
  for (const name of classes.split(/\s+/).toReversed()) {
    const property = propertyOf(name);
    if (name === "" || set.has(property)) continue;
    set.add(property);
    const [variants = "", own = ""] = property.split(" ");
    for (const covered of covers[own] ?? []) set.add(`${variants} ${covered}`);
    kept.unshift(name);
  }
  return kept.join(" ");
}
