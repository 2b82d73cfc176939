import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { describeAction } from "@/lib/audit/describe";
import { loadEvent } from "@/lib/audit/load";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { EventDetails } from "../event-details";

type Props = { params: Promise<{ seq: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Event ${(await params).seq}` };
}

/** One event under an address that can be sent to somebody. */
export default async function EventPage({ params }: Props) {
  const ctx = await requireSession();
  const { seq: text } = await params;
  if (!may(ctx, "audit", "view") || !/^[1-9]\d{0,15}$/.test(text)) notFound();
  const seq = Number(text);
  const view = await loadEvent(ctx, { seq }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <>
      <PageHeader
        title={describeAction(view.body.action)}
        description={`Event ${seq.toLocaleString("en-US")}`}
        breadcrumbs={[{ href: "/audit", label: "Audit" }]}
        actions={
          <>
            {seq > 1 ? (
              <ButtonLink icon="arrow-left" href={`/audit/${seq - 1}`}>
                Event before
              </ButtonLink>
            ) : null}
            {view.isLast ? null : (
              <ButtonLink icon="arrow-right" href={`/audit/${seq + 1}`}>
                Event after
              </ButtonLink>
            )}
          </>
        }
      />
      <Card>
        <EventDetails view={view} />
      </Card>
    </>
  );
}
