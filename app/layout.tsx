import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { cookiePrefix } from "@/components/data-table/preference-cookie";
import { TablePreferences } from "@/components/data-table/preferences";
import { Toaster } from "@/components/ui/toaster";

export const metadata: Metadata = {
  title: { default: "Countersign", template: "%s · Countersign" },
  description: "Let AI agents work, and stay in command.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

/** Theme and table preferences come from cookies, so that the first paint is right and no script has to mend it. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const theme = jar.get("theme")?.value;
  const tables = jar.getAll().filter(({ name }) => name.startsWith(cookiePrefix));
  return (
    <html lang="en" data-theme={theme === "light" || theme === "dark" ? theme : undefined}>
      <body>
        <TablePreferences initial={Object.fromEntries(tables.map(({ name, value }) => [name.slice(cookiePrefix.length), value]))}>{children}</TablePreferences>
        <Toaster />
      </body>
    </html>
  );
}
