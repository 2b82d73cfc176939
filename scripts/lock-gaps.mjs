/** Optional dependencies that packages of a lock file ask for and the lock file does not hold. */
export function missingOptionals(packages) {
  const missing = new Map();
  for (const [at, { optionalDependencies = {}, dev = false }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      if (at === "" || packages[`${at}/node_modules/${name}`] || packages[`node_modules/${name}`]) continue;
      missing.set(name, { name, version: range.replace(/^[\^~]/, ""), dev: dev && (missing.get(name)?.dev ?? true) });
    }
  }
  return [...missing.values()];
}
