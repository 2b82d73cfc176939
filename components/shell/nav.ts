import type { IconName } from "../ui/icon";

/** One place in the portal that this person may go to. */
export interface NavItem {
  group: string;
  href: string;
  label: string;
  icon: IconName;
  /** What else it may be looked for by. */
  about?: string;
  /** How much waits there. */
  badge?: number;
}

/** Items by group, in the order in which they came. */
export function byGroup(items: readonly NavItem[]): { group: string; items: NavItem[] }[] {
  const groups: { group: string; items: NavItem[] }[] = [];
  for (const item of items) {
    const group = groups.find((candidate) => candidate.group === item.group);
    if (group) group.items.push(item);
    else groups.push({ group: item.group, items: [item] });
  }
  return groups;
}

/** The item whose page this is: the one with the longest address that the path begins with. */
export function currentItem(items: readonly NavItem[], pathname: string): NavItem | undefined {
  const fits = items.filter((item) => pathname === item.href || (item.href !== "/" && pathname.startsWith(`${item.href}/`)));
  return fits.sort((a, b) => b.href.length - a.href.length)[0];
}

/** The items that say each typed word: in label or group, and after those in what they are about. */
export function findItems(items: readonly NavItem[], text: string): NavItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const says = (sentence: string) => words.every((word) => sentence.toLowerCase().includes(word));
  const named = items.filter(({ label, group }) => says(`${label} ${group}`));
  return [...named, ...items.filter((item) => !named.includes(item) && says(`${item.label} ${item.group} ${item.about ?? ""}`))];
}
