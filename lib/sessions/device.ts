const browsers = [["Edge", /Edg(e|A|iOS)?\//], ["Opera", /OPR\//], ["Firefox", /Firefox\/|FxiOS\//], ["Chrome", /Chrome\/|CriOS\//], ["Safari", /Safari\//]] as const;
const systems = [["iPhone", /iPhone/], ["iPad", /iPad/], ["Android", /Android/], ["Windows", /Windows/], ["macOS", /Mac OS X|Macintosh/], ["ChromeOS", /CrOS/], ["Linux", /Linux/]] as const;

/** "Firefox on Linux": what a person recognises in a user agent. Only its own words are ever given back. */
export function deviceName(userAgent: string | null): string {
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent ?? ""))?.[0];
  const system = systems.find(([, pattern]) => pattern.test(userAgent ?? ""))?.[0];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? "Unknown device";
}
