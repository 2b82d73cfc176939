"use client";
import { useRouter } from "next/navigation";
import { useSyncExternalStore, useTransition } from "react";
import { DropdownMenu } from "../ui/dropdown-menu";

const YEAR_S = 365 * 24 * 3600;
const themes = [
  { value: "system", label: "System theme" },
  { value: "light", label: "Light theme" },
  { value: "dark", label: "Dark theme" },
] as const;

interface AccountMenuProps {
  person: { name: string; email: string; role: string };
  accountHref: string;
  signOut: () => Promise<void>;
}

/** Who one is, how the portal looks, and the way out. */
export function AccountMenu({ person, accountHref, signOut }: AccountMenuProps) {
  const router = useRouter();
  const theme = useTheme();
  const [pending, startTransition] = useTransition();
  return (
    <DropdownMenu
      label="Account"
      trigger={
        <button
          type="button"
          disabled={pending}
          aria-label={`Account of ${person.name}`}
          className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent hover:bg-hover max-sm:size-10"
        >
          {initials(person.name)}
        </button>
      }
      items={[
        { kind: "label", label: `${person.name} · ${person.role}` },
        { kind: "label", label: person.email },
        { label: "My account", icon: "user", onSelect: () => router.push(accountHref) },
        { kind: "separator" },
        ...themes.map(({ value, label }) => ({ label, checked: theme === value, onSelect: () => setTheme(value) })),
        { kind: "separator" },
        { label: "Sign out", icon: "sign-out", onSelect: () => startTransition(signOut) },
      ]}
    />
  );
}

// The attribute on <html> is the state: the server set it from the cookie, and nothing else keeps a copy.
const listeners = new Set<() => void>();

function useTheme(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => document.documentElement.dataset.theme ?? "system",
    () => "system",
  );
}

function setTheme(theme: (typeof themes)[number]["value"]) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const kept = theme === "system" ? "theme=; max-age=0" : `theme=${theme}; max-age=${YEAR_S}`;
  document.cookie = `${kept}; path=/; samesite=lax`;
  for (const notify of listeners) notify();
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase();
}
