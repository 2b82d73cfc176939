import { Badge } from "@/components/ui/badge";
import type { Field } from "./reference";
import { Prose } from "./prose";

/** Fields or parameters with their types and what they mean. */
export function FieldsTable({ label, fields }: { label: string; fields: readonly (Field & { place?: string })[] }) {
  return (
    <div className="grid gap-1">
      <h4 className="text-sm font-semibold text-muted">{label}</h4>
      <dl className="divide-y divide-line rounded-md border border-line">
        {fields.map((field) => (
          <div key={`${field.place ?? ""}${field.name}`} className="grid gap-x-4 gap-y-0.5 px-3 py-2 sm:grid-cols-[minmax(10rem,16rem)_1fr]">
            <dt className="min-w-0">
              <code className="font-mono text-sm font-semibold wrap-anywhere">{field.name}</code>{" "}
              <span className="text-sm text-muted">
                {field.schema ? (
                  <a href={`#schema-${field.schema}`} className="text-accent hover:underline">
                    {field.type}
                  </a>
                ) : (
                  field.type
                )}
                {field.place ? ` · in ${field.place}` : ""}
              </span>{" "}
              {field.required ? <Badge>required</Badge> : null}
            </dt>
            <dd className="min-w-0 text-sm">
              {field.description ? <Prose text={field.description} /> : null}
              {field.notes ? <p className="text-muted wrap-anywhere">{field.notes}</p> : null}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
