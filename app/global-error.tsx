"use client";
import "./globals.css";
import PageError from "./error";

/** The last resort: shown when the layout around all pages failed itself. */
export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Error · Countersign</title>
        <PageError {...props} />
      </body>
    </html>
  );
}
