"use client";
import { useId, useRef, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import { Callout } from "@/components/ui/callout";
import { Checkbox } from "@/components/ui/checkbox";
import { HostileText } from "@/components/ui/hostile-text";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { EgressContent } from "@/lib/egress/content";
import type { EgressTrial } from "@/lib/egress/try";
import { differences } from "@/lib/governance/difference";
import { publish } from "../actions";
import { PreviewCard } from "../preview-card";
import { tryUrl } from "./actions";
import { EgressLists } from "./egress-lists";
import { TryUrl } from "./try-url";

type Props = { place: Scope & { kind: "egress" }; current: Version<EgressContent>; mayUpdate: boolean; agents: readonly { id: string; name: string }[] };

/** One level's lists: written, tried and published. Lines stay as they are typed; published is the one form of each. */
export function EgressEditor({ place, current, mayUpdate, agents }: Props) {
  const draft = useDraft(current);
  const seen = useRef<EgressTrial | null>(null);
  const [problems, setProblems] = useState<EgressTrial["problems"]>([]);
  const { run, failure } = useAction(tryUrl, { looksOnly: true, onSuccess: (trial) => void (seen.current = trial) });
  const { allow, deny, unlisted } = draft.content;
  const set = (change: Partial<EgressContent>) => draft.setContent({ ...draft.content, ...change });
  const typed = (): EgressContent => ({ allow: allow && written(allow), deny: written(deny), unlisted });
  const where = { scopeType: place.scopeType, scopeId: place.scopeId };

  async function read(): Promise<EgressContent | null> {
    seen.current = null;
    await run({ ...where, url: "", draft: typed() });
    setProblems(seen.current ? (seen.current as EgressTrial).problems : []);
    return seen.current ? (seen.current as EgressTrial).content : null;
  }

  return (
    <div className="grid min-w-0 gap-4">
      {mayUpdate ? (
        <>
          <Checkbox
            label={`This ${place.scopeType} has a list of what is allowed`}
            hint="Without one it says nothing, and the other levels decide. An empty list allows nothing, here and below."
            checked={allow !== null}
            onChange={(event) => set({ allow: event.target.checked ? (current.content.allow ?? []) : null })}
          />
          <div className="grid gap-4 lg:grid-cols-2">
            {allow === null ? null : <Lines label="Allowed" hint="A domain a line, as api.example.com. *.example.com stands for exactly one more part, as in eu.example.com." lines={allow} onLines={(lines) => set({ allow: lines })} />}
            <Lines label="Denied" hint="Wins over every list at every level. **.example.com is the domain and all below it." lines={deny} onLines={(lines) => set({ deny: lines })} />
          </div>
          <Unlisted value={unlisted} onValue={(value) => set({ unlisted: value })} />
        </>
      ) : (
        <EgressLists content={draft.content} />
      )}
      <TryUrl where={where} agents={agents} draft={draft.changed ? typed : null} />
      {mayUpdate ? (
        <>
          <div role="alert" className="grid gap-2 empty:hidden">
            {problems.length > 0 ? (
              <Callout tone="danger" title={problems.length === 1 ? "One line cannot be kept" : `${problems.length} lines cannot be kept`}>
                <ul className="list-disc pl-5">
                  {problems.slice(0, 20).map(({ path, message }) => (
                    <li key={path}>
                      <HostileText inline text={message} />
                    </li>
                  ))}
                </ul>
              </Callout>
            ) : null}
          </div>
          <FailureAlert failure={failure} />
          <PublishBar place={place} draft={draft} read={read} differences={differences} publish={publish} />
          <PreviewCard place={place} read={read} content={typed()} />
        </>
      ) : null}
    </div>
  );
}

/** Without empty lines. */
function written(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

function Lines({ label, hint, lines, onLines }: { label: string; hint: string; lines: readonly string[]; onLines: (lines: string[]) => void }) {
  const id = useId();
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <Textarea
        id={id}
        rows={6}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        aria-describedby={`${id}-hint`}
        className="font-mono"
        value={lines.join("\n")}
        onChange={(event) => onLines(event.target.value === "" ? [] : event.target.value.split("\n"))}
      />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {hint}
      </p>
    </div>
  );
}

function Unlisted({ value, onValue }: { value: EgressContent["unlisted"]; onValue: (value: EgressContent["unlisted"]) => void }) {
  const id = useId();
  return (
    <div className="grid max-w-xl gap-1.5">
      <Label htmlFor={id}>What is on no list</Label>
      <Select id={id} value={value ?? ""} aria-describedby={`${id}-hint`} onChange={(event) => onValue(event.target.value === "deny" || event.target.value === "ask" ? event.target.value : null)}>
        <option value="">This level says nothing</option>
        <option value="deny">Is denied</option>
        <option value="ask">Is asked of a person</option>
      </Select>
      <p id={`${id}-hint`} className="text-sm text-muted">
        Where no level says anything it is denied. One level that denies is enough, whatever the others say.
      </p>
    </div>
  );
}
