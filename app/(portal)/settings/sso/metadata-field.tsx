"use client";
import { useId, useState } from "react";
import { TextAreaField } from "@/components/form/text-area-field";

const largest = 200_000;

/** Metadata as text, pasted or out of a file, which is read here and shown before anything is sent. */
export function MetadataField({ label = "Metadata XML" }: { label?: string }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  async function take(file: File | undefined) {
    if (!file) return;
    if (file.size > largest) {
      setProblem(`The file is larger than ${largest / 1_000} kB; metadata of one provider are not.`);
      return;
    }
    setProblem(null);
    setText(await file.text());
  }

  return (
    <div className="grid gap-2">
      <TextAreaField name="metadata" label={label} rows={4} mono maxLength={largest} value={text} onChange={(event) => setText(event.target.value)} />
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <label htmlFor={id}>or a file:</label>
        <input id={id} type="file" accept=".xml,application/xml,text/xml,application/samlmetadata+xml" className="max-w-full text-sm" onChange={(event) => void take(event.target.files?.[0])} />
        {problem ? (
          <span role="alert" className="text-danger">
            {problem}
          </span>
        ) : null}
      </div>
    </div>
  );
}
