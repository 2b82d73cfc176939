"use client";
import { useState } from "react";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import { type Shortcut, useShortcutGroups, useShortcuts } from "./shortcuts";

/** Lists the keys that do something on this page; `?` opens it. */
export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: "?", label: "Show these keys", run: () => setOpen(true) }], "Everywhere");
  return (
    <Dialog title="Keyboard" size="sm" open={open} onOpenChange={setOpen}>
      <KeyList />
    </Dialog>
  );
}

// Apart from the component that registers a key of its own: reading the list there would make it change itself.
function KeyList() {
  const merged = new Map<string, Map<string, Shortcut>>();
  for (const { name, shortcuts } of useShortcutGroups()) {
    const keys = merged.get(name) ?? new Map<string, Shortcut>();
    for (const shortcut of shortcuts) keys.set(shortcut.keys, shortcut);
    merged.set(name, keys);
  }
  return (
    <div className="grid gap-4">
      {[...merged].map(([name, shortcuts]) => (
        <section key={name}>
          <h3 className="mb-1 text-sm text-muted">{name}</h3>
          <dl className="grid">
            {[...shortcuts.values()].map((shortcut) => (
              <div key={shortcut.keys} className="flex min-h-8 items-center justify-between gap-4 border-b border-line last:border-b-0">
                <dt>{shortcut.label}</dt>
                <dd className="flex gap-1">
                  {shortcut.keys.split("+").map((key) => (
                    <Kbd key={key}>{key === "mod" ? "Ctrl or ⌘" : key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
