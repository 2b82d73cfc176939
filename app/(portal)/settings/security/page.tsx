import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { isRole, permissionTable } from "@/lib/ability/permissions";
import { requireSession } from "@/lib/ctx/session";
import { weakKinds } from "@/lib/mfa/factors";
import { readSecurity } from "@/lib/security/read";
import { smsProvider } from "@/lib/sms/provider";
import { FactorRules } from "./factor-rules";
import { SessionRules, unusualChoices } from "./session-rules";
import { WeakFactorRules, weakLabels } from "./weak-factor-rules";

export const metadata: Metadata = { title: "Sign-in security" };

export default async function SecurityPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read")) notFound();
  const setting = await readSecurity(ctx);
  const mayChange = may(ctx, "settings", "update", { workspaceId: null });
  return (
    <>
      <PageHeader title="Sign-in security" description="How long sessions last, what happens to unusual sign-ins, and who needs a second factor." />
      <Card title="Sessions" description="Rules hold from the next request on, also for sessions that are open now.">
        {mayChange ? (
          <SessionRules setting={setting} />
        ) : (
          <KeyValue
            items={[
              { term: "Ends unused after", detail: `${setting.idleMinutes} minutes; for admins ${setting.adminIdleMinutes}` },
              { term: "Ends at the latest after", detail: `${setting.maxHours} hours; for admins ${setting.adminMaxHours}` },
              { term: "At once for one person", detail: `${setting.maxSessions} sessions` },
              { term: "An unusual sign-in", detail: unusualChoices.find(({ value }) => value === setting.unusualSignIn)?.label },
            ]}
          />
        )}
      </Card>
      <Card
        title="Second factor"
        description="Who must have one. Everybody may: it is set up under My account. People whom single sign-on lets in are asked there."
        className="mt-4"
      >
        {mayChange ? (
          <FactorRules setting={setting} />
        ) : (
          <KeyValue
            items={[
              { term: "Needed by", detail: setting.factorRoles.filter(isRole).map((role) => permissionTable[role].label).join(", ") || "Nobody" },
              { term: "Days of grace", detail: setting.factorGraceDays },
            ]}
          />
        )}
      </Card>
      <Card title="Codes and remembered browsers" description="What makes the second step easier, and weaker." className="mt-4">
        {mayChange ? (
          <WeakFactorRules setting={setting} hasSms={smsProvider() !== null} />
        ) : (
          <KeyValue
            items={[
              { term: "Codes that are sent", detail: weakKinds.filter((kind) => setting.weakFactors.includes(kind)).map((kind) => weakLabels[kind]).join(", ") || "Not allowed" },
              { term: "What they are good for", detail: setting.weakFactorsCount ? "Everything that a second factor is" : "Signing in" },
              { term: "Browsers are remembered", detail: `${setting.rememberDays} days; for admins ${setting.rememberAdminDays}` },
            ]}
          />
        )}
      </Card>
    </>
  );
}
