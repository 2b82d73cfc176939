import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { type NetworkView, readNetwork } from "@/lib/network/read";
import { RuleCard } from "../rule-card";

export const metadata: Metadata = { title: "Network" };

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The rule of a workspace or a key, whichever has this id. */
export default async function PlaceNetworkPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const view = await placeOf(ctx, (await params).id);
  if (!view) notFound();
  const { scope, name } = view.place;
  return (
    <>
      <PageHeader title={`Network of ${name}`} breadcrumbs={[{ href: "/settings/network", label: "Network" }]} />
      <RuleCard
        view={view}
        ip={ctx.ip}
        title={scope === "key" ? "Where this API key may be used" : "From where may be worked in this workspace"}
        description={
          scope === "key"
            ? "Within what its organization and its workspace allow. It holds from the next request on."
            : "For its agents' keys, and for people: from elsewhere nobody sees or does anything in it, not even with a role on the whole organization. Their other workspaces stay; events and archives of the whole organization are not shown from there."
        }
      />
    </>
  );
}

async function placeOf(ctx: PersonCtx, id: string): Promise<NetworkView | null> {
  if (!isId.test(id)) return null;
  const unseen = orNull("not_found", "forbidden");
  return (await readNetwork(ctx, { workspaceId: id }).catch(unseen)) ?? readNetwork(ctx, { keyId: id }).catch(unseen);
}
