"use client";
import { createContext, type ReactNode, useContext, useState } from "react";
import { cookiePrefix, readPreference, type TablePreference, writePreference } from "./preference-cookie";

const YEAR_S = 365 * 24 * 3600;

interface Preferences {
  all: Record<string, string>;
  save: (table: string, preference: TablePreference) => void;
}

const Context = createContext<Preferences>({ all: {}, save: () => undefined });

/** Remembers how tables are shown, in cookies: the server reads them too, so that the first paint is right already. */
export function TablePreferences({ initial, children }: { initial: Record<string, string>; children: ReactNode }) {
  const [all, setAll] = useState(initial);

  function save(table: string, preference: TablePreference) {
    const text = writePreference(preference);
    setAll((before) => ({ ...before, [table]: text }));
    document.cookie = `${cookiePrefix}${table}=${encodeURIComponent(text)}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }

  return <Context.Provider value={{ all, save }}>{children}</Context.Provider>;
}

/** The preference of one table and the means to change it. */
export function useTablePreference(table: string): [TablePreference, (next: TablePreference) => void] {
  const { all, save } = useContext(Context);
  return [readPreference(all[table] ?? ""), (next) => save(table, next)];
}
