"use client";
import { useSearchParams } from "next/navigation";
import { memo, useEffect, useLayoutEffect, useRef } from "react";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { HostileText } from "@/components/ui/hostile-text";
import { LiveDot } from "@/components/ui/live-dot";
import { formatBytes } from "../format";
import type { StreamText } from "./output-text";
import type { PlainOutput } from "./plain-pieces";
import { useRunOutput } from "./use-run-output";

const streams = ["stdout", "stderr"] as const;
const names = { stdout: "Output", stderr: "Errors" };

interface RunOutputProps {
  id: string;
  initial: PlainOutput;
  over: boolean;
  /** What stands here before anything was written. */
  nothing: string;
}

/** Both streams of a run as they are written. What an agent's program wrote is shown for what it is, and nothing in it acts. */
export function RunOutput({ id, initial, over, nothing }: RunOutputProps) {
  const { text, live } = useRunOutput(id, initial);
  const stream = useSearchParams().get("stream") === "stderr" ? "stderr" : "stdout";
  const shown = text[stream];
  return (
    <Card
      title="Output"
      flush
      actions={
        <>
          {over ? null : <LiveDot state={live === "live" ? "live" : live === "waiting" ? "waiting" : "off"} label={live === "live" ? "Live" : live === "waiting" ? "Reconnecting" : "Connecting"} />}
          {shown.next > 0 ? (
            <ButtonLink size="sm" variant="ghost" icon="download" prefetch={false} href={`/runs/${id}/output?download=${stream}`}>
              Download
            </ButtonLink>
          ) : null}
        </>
      }
    >
      <div role="tablist" aria-label="Streams" className="flex gap-4 border-b border-line px-4">
        {streams.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === stream}
            aria-controls="run-output"
            onClick={() => showStream(name)}
            onKeyDown={(event) => {
              if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
              const other = name === "stdout" ? "stderr" : "stdout";
              showStream(other);
              document.getElementById(`tab-${other}`)?.focus();
            }}
            tabIndex={name === stream ? 0 : -1}
            className={cn(
              "-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent text-muted hover:text-ink focus-visible:-outline-offset-2",
              name === stream && "border-accent font-medium text-ink",
            )}
          >
            {names[name]}
            <span className="rounded-full bg-hover px-1.5 text-xs text-muted">{formatBytes(text[name].next)}</span>
          </button>
        ))}
      </div>
      <Stream key={stream} name={names[stream]} tab={`tab-${stream}`} text={shown} over={over} nothing={stream === "stderr" ? "Nothing was written to standard error." : nothing} />
    </Card>
  );
}

/** In the address, so that it can be shared; the page need not be read again for it. */
function showStream(name: (typeof streams)[number]) {
  window.history.replaceState(null, "", name === "stdout" ? window.location.pathname : `?stream=${name}`);
}

function Stream({ name, tab, text, over, nothing }: { name: string; tab: string; text: StreamText; over: boolean; nothing: string }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(!over);
  const empty = text.blocks.length === 0 && text.tail === "";

  // Follows the end as long as the reader is there; whoever scrolled up stays where they read.
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () => (atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 24);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);

  return (
    // Focusable, since a keyboard must be able to scroll it.
    <div
      ref={box}
      id="run-output"
      role="tabpanel"
      aria-labelledby={tab}
      aria-label={name}
      tabIndex={0}
      className={cn("overflow-auto rounded-b-lg bg-sunken p-3 font-mono text-sm focus-visible:-outline-offset-2", over ? "max-h-96 min-h-12" : "h-80 lg:h-96")}
    >
      {text.dropped > 0 ? <p className="mb-2 font-sans text-muted">{text.dropped.toLocaleString("en-US")} earlier characters are in the download.</p> : null}
      {empty ? <p className="font-sans text-muted">{nothing}</p> : null}
      {text.blocks.map((block) => (
        <Block key={block.key} text={block.text} missingBytes={block.missingBytes} />
      ))}
      {text.tail === "" ? null : <HostileText mono text={text.tail} />}
    </div>
  );
}

const Block = memo(function Block({ text, missingBytes }: { text: string; missingBytes: number }) {
  return (
    <>
      {missingBytes > 0 ? <p className="font-sans text-warn">{formatBytes(missingBytes)} of output never arrived here.</p> : null}
      <HostileText mono text={text} />
    </>
  );
});
