type Packages = Record<string, { version?: string; optionalDependencies?: Record<string, string>; dev?: boolean }>;
export function missingOptionals(packages: Packages): { name: string; version: string; dev: boolean }[];
