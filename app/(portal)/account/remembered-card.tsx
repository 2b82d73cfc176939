import { ActionButton } from "@/components/form/action-button";
import { Card } from "@/components/ui/card";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { RememberedRow } from "@/lib/mfa/list-remembered";
import { forgetDeviceAction } from "./actions";

/** The browsers in which the person signs in by the password alone; nothing where there are none. */
export function RememberedCard({ browsers }: { browsers: readonly RememberedRow[] }) {
  if (browsers.length === 0) return null;
  return (
    <Card title="Remembered browsers" description="Here your password alone signs you in. Another password, or a factor less, makes them all forgotten." flush>
      <ul className="divide-y divide-line">
        {browsers.map((browser) => (
          <li key={browser.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            <div className="flex min-w-0 items-start gap-3">
              <Icon name="monitor" className="mt-0.5 text-muted" />
              <div className="min-w-0">
                <p className="font-medium">{browser.device}</p>
                <p className="text-sm text-muted">
                  {browser.ip ? `From ${browser.ip}${browser.place ? ` (${browser.place})` : ""}` : "Address unknown"} · last used <RelativeTime at={browser.lastUsedAt} /> · remembered{" "}
                  <RelativeTime at={browser.createdAt} />
                </p>
              </div>
            </div>
            <ActionButton action={forgetDeviceAction} input={{ id: browser.id }} success="It asks for the second step again." size="sm">
              Forget
            </ActionButton>
          </li>
        ))}
      </ul>
    </Card>
  );
}
