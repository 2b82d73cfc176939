import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Icon } from "@/components/ui/icon";
import { RelativeTime } from "@/components/ui/relative-time";
import type { OwnFactors } from "@/lib/mfa/load";
import { removeFactorAction } from "./actions";
import { AddPasskey } from "./add-passkey";
import { AddEmailCode, AddSms } from "./add-sent";
import { AddTotp } from "./add-totp";
import { NewRecoveryCodes } from "./new-recovery-codes";

const kinds = { totp: "Authenticator app", passkey: "Passkey or security key", email: "To your confirmed address", sms: "Codes by text message" } as const;
const icons = { totp: "clock", passkey: "key-round", email: "mail", sms: "send" } as const;

/** How the person proves that it is them, beside the password. */
export function FactorsCard({ factors, recoveryCodes, offered, address }: OwnFactors) {
  const isLast = factors.length === 1;
  const hasMail = factors.some(({ kind }) => kind === "email");
  return (
    <Card
      title="Sign-in security"
      description="A second step after your password, and a proof that it is you before critical changes."
      flush
      actions={
        <>
          <AddTotp />
          <AddPasskey />
          {offered.includes("email") ? <AddEmailCode address={address} isAdded={hasMail} /> : null}
          {offered.includes("sms") ? <AddSms /> : null}
        </>
      }
    >
      {factors.length === 0 ? (
        <p className="flex items-start gap-3 p-4 text-muted">
          <Icon name="shield-alert" className="mt-0.5 text-warn" />
          Your password alone signs you in. Add an authenticator app, a passkey or a security key, and whoever learns your password stays out.
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {factors.map((factor) => (
            <li key={factor.id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
              <div className="flex min-w-0 items-start gap-3">
                <Icon name={icons[factor.kind]} className="mt-0.5 text-muted" />
                <div className="min-w-0">
                  <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
                    {factor.name} {factor.isTaken ? null : <Badge tone="warn">Not allowed here any more</Badge>}
                  </p>
                  <p className="text-sm text-muted">
                    {kinds[factor.kind]} · added <RelativeTime at={factor.createdAt} />
                    {factor.lastUsedAt ? (
                      <>
                        {" "}
                        · last used <RelativeTime at={factor.lastUsedAt} />
                      </>
                    ) : null}
                  </p>
                </div>
              </div>
              <ActionButton
                action={removeFactorAction}
                input={{ id: factor.id }}
                success="Removed."
                size="sm"
                confirm={{
                  title: `Remove “${factor.name}”?`,
                  consequence: isLast ? "It is your last one: your password alone will sign you in, and your recovery codes end." : "It will not be accepted any more.",
                  confirmLabel: "Remove",
                }}
              >
                Remove
              </ActionButton>
            </li>
          ))}
          <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
            <div className="flex min-w-0 items-start gap-3">
              <Icon name="checklist" className="mt-0.5 text-muted" />
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  Recovery codes {recoveryCodes < 3 ? <Badge tone="warn">{recoveryCodes === 0 ? "None left" : "Few left"}</Badge> : null}
                </p>
                <p className="text-sm text-muted">{recoveryCodes} of 10 left. Each stands in for the above once, when none is at hand.</p>
              </div>
            </div>
            <NewRecoveryCodes />
          </li>
        </ul>
      )}
    </Card>
  );
}
