"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import { test } from "../actions";

/** Opens the identity provider in another tab, and looks for the result when this one is looked at again. */
export function TestButton({ id }: { id: string }) {
  const router = useRouter();
  const [began, setBegan] = useState(false);
  useEffect(() => {
    if (!began) return;
    const look = () => router.refresh();
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [began, router]);

  async function begin() {
    // Opened at once: a browser lets a page open a tab only while it is being pressed.
    const tab = window.open("about:blank", "_blank");
    if (tab) tab.opener = null;
    const answer = await test(null, { id });
    if (answer.ok && tab) {
      setBegan(true);
      tab.location.replace(answer.value.url);
      return;
    }
    tab?.close();
    if (answer.ok) toast.error("The browser did not open another tab.", { description: "Allow it for this page, and try again." });
    else toast.error(answer.error.message, { description: answer.error.hint });
  }

  return (
    <Button variant="primary" icon="external" onClick={begin}>
      Test
    </Button>
  );
}
