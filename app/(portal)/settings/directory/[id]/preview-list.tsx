import type { Effect, MappingPreview } from "@/lib/directory/preview-group-mapping";

/** Who would get and who would lose which role. */
export function PreviewList({ preview }: { preview: MappingPreview }) {
  if (preview.gainedCount + preview.lostCount === 0) return <p className="rounded-md bg-sunken p-3 text-muted">Nobody gets or loses anything by this now.</p>;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Effects title="Would get" effects={preview.gained} count={preview.gainedCount} />
      <Effects title="Would lose" effects={preview.lost} count={preview.lostCount} />
    </div>
  );
}

function Effects({ title, effects, count }: { title: string; effects: readonly Effect[]; count: number }) {
  return (
    <section className="rounded-md border border-line p-3">
      <h3 className="font-medium">
        {title} <span className="text-muted">{count.toLocaleString("en")}</span>
      </h3>
      {count === 0 ? <p className="text-sm text-muted">Nobody.</p> : null}
      <ul className="mt-1 grid max-h-52 gap-1 overflow-y-auto text-sm">
        {effects.map((each) => (
          <li key={`${each.person} ${each.role} ${each.where}`} className="wrap-anywhere">
            {each.person} <span className="text-muted">{each.role}, {each.where}</span>
          </li>
        ))}
      </ul>
      {count > effects.length ? <p className="mt-1 text-sm text-muted">and {(count - effects.length).toLocaleString("en")} more</p> : null}
    </section>
  );
}
