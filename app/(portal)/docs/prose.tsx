import { Fragment } from "react";

/** The little Markdown that our own descriptions use: paragraphs, numbered lists, **bold** and `code`. */
export function Prose({ text }: { text: string }) {
  return (
    <div className="grid max-w-prose gap-2">
      {text.split("\n\n").map((block) => {
        const items = block.split("\n").map((line) => /^\d+\. (.*)$/.exec(line)?.[1]);
        if (items.every((item) => item === undefined)) return <p key={block}>{inline(block)}</p>;
        return (
          <ol key={block} className="grid list-decimal gap-1 pl-5">
            {items.map((item) => (item === undefined ? null : <li key={item}>{inline(item)}</li>))}
          </ol>
        );
      })}
    </div>
  );
}

function inline(text: string) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, at) => {
    const key = `${at}:${part}`;
    if (part.startsWith("`")) return <code key={key} className="rounded-sm bg-sunken px-1 font-mono text-sm wrap-anywhere">{part.slice(1, -1)}</code>;
    if (part.startsWith("**")) return <strong key={key}>{part.slice(2, -2)}</strong>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}
