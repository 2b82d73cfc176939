"use client";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import type { PolicyAsk, PolicyPeople } from "@/lib/approval-policies/content";
import { TextCell } from "../classification/fields";
import { FilteredBoxes } from "./filtered-boxes";
import { NumberCell } from "./number-cell";
import { type Named, PeopleCell } from "./people-cell";

type Stage = PolicyAsk["stages"][number];
type Props = { ask: PolicyAsk; people: readonly Named[]; onAsk: (ask: PolicyAsk) => void };

const supervisors: PolicyPeople[] = [{ kind: "role", role: "supervisor" }];
export const newStage = (name: string): Stage => ({ name, anyOf: [{ count: 1, people: supervisors }], rejections: 1 });

/** Who is asked: stages in order, each with alternatives, and what holds for all of them. */
export function AskForm({ ask, people, onAsk }: Props) {
  const set = (change: Partial<PolicyAsk>) => onAsk({ ...ask, ...change });
  const setStage = (at: number, change: Partial<Stage>) => set({ stages: ask.stages.map((stage, i) => (i === at ? { ...stage, ...change } : stage)) });
  return (
    <div className="grid gap-3">
      {ask.stages.map((stage, at) => (
        <section key={at} aria-label={`Stage ${at + 1}`} className="grid gap-2 rounded-md border border-line p-3">
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-[2fr_1fr_auto] sm:items-end">
            <TextCell name={`Stage ${at + 1}`} control="stage" mono={false} maxLength={80} value={stage.name} onValue={(name) => setStage(at, { name })} />
            <NumberCell name="Rejections that end it" min={1} max={10} value={stage.rejections} onValue={(rejections) => setStage(at, { rejections: rejections ?? 1 })} />
            <Button size="sm" icon="trash" disabled={ask.stages.length === 1} onClick={() => set({ stages: ask.stages.filter((_, i) => i !== at) })}>
              Remove stage
            </Button>
          </div>
          {stage.anyOf.map((way, nth) => {
            const setWay = (change: Partial<typeof way>) => setStage(at, { anyOf: stage.anyOf.map((one, i) => (i === nth ? { ...one, ...change } : one)) });
            return (
              <div key={nth} className="grid gap-2 border-l-2 border-line-strong pl-3">
                <div className="flex flex-wrap items-end gap-2">
                  <NumberCell name={nth === 0 ? "How many people say yes" : "Or as many of these"} min={1} max={10} value={way.count} onValue={(count) => setWay({ count: count ?? 1 })} />
                  {stage.anyOf.length > 1 ? (
                    <Button size="sm" icon="trash" onClick={() => setStage(at, { anyOf: stage.anyOf.filter((_, i) => i !== nth) })}>
                      Remove alternative
                    </Button>
                  ) : null}
                </div>
                <PeopleCell legend="Out of" value={way.people} people={people} onValue={(chosen) => setWay({ people: chosen })} />
              </div>
            );
          })}
          {stage.anyOf.length < 4 ? (
            <div>
              <Button size="sm" icon="plus" onClick={() => setStage(at, { anyOf: [...stage.anyOf, { count: 1, people: supervisors }] })}>
                Add an alternative
              </Button>
            </div>
          ) : null}
        </section>
      ))}
      {ask.stages.length < 5 ? (
        <div>
          <Button size="sm" icon="plus" onClick={() => set({ stages: [...ask.stages, newStage(`Stage ${ask.stages.length + 1}`)] })}>
            Add a stage
          </Button>
        </div>
      ) : null}
      <div className="grid gap-2 sm:grid-cols-2">
        <TextCell name="A yes needs a note that holds (# a number, @ letters)" control="pattern" maxLength={60} placeholder="OPS-#" value={ask.reasonPattern ?? ""} onValue={(text) => set({ reasonPattern: text === "" ? null : text })} />
        <NumberCell name="Ends in denial after minutes" min={1} max={43_200} optional value={ask.expiresAfterMinutes} onValue={(expiresAfterMinutes) => set({ expiresAfterMinutes })} />
      </div>
      <Escalations ask={ask} people={people} onAsk={onAsk} />
      <Checkbox label="A part that somebody gave to another counts" checked={ask.delegation} onChange={(event) => set({ delegation: event.target.checked })} />
      <Checkbox label="The agent's owner may decide" hint="Never what is CRITICAL." checked={ask.ownerMayDecide} onChange={(event) => set({ ownerMayDecide: event.target.checked })} />
      <details>
        <summary className="min-h-6 cursor-pointer">Break-glass: who may decide alone, loudly ({ask.breakGlass.length})</summary>
        <p className="mb-1 text-sm text-muted">Only these people, each by name. A reason is asked, and everybody who could have decided is told at once.</p>
        <FilteredBoxes of="people" boxes={breakers(ask, people, (breakGlass) => set({ breakGlass }))} />
      </details>
    </div>
  );
}

function Escalations({ ask, people, onAsk }: Props) {
  const set = (escalations: PolicyAsk["escalations"]) => onAsk({ ...ask, escalations });
  return (
    <details>
      <summary className="min-h-6 cursor-pointer">Escalation: who is asked further when nobody decides ({ask.escalations.length})</summary>
      <div className="mt-2 grid gap-3">
        {ask.escalations.map((later, at) => (
          <div key={at} className="grid gap-2 border-l-2 border-line-strong pl-3">
            <div className="flex flex-wrap items-end gap-2">
              <NumberCell name="After minutes" min={1} max={43_200} value={later.afterMinutes} onValue={(minutes) => set(ask.escalations.map((one, i) => (i === at ? { ...one, afterMinutes: minutes ?? 1 } : one)))} />
              <Button size="sm" icon="trash" onClick={() => set(ask.escalations.filter((_, i) => i !== at))}>
                Remove
              </Button>
            </div>
            <PeopleCell legend="Also asked and told" value={later.people} people={people} onValue={(chosen) => set(ask.escalations.map((one, i) => (i === at ? { ...one, people: chosen } : one)))} />
          </div>
        ))}
        {ask.escalations.length < 5 ? (
          <div>
            <Button size="sm" icon="plus" onClick={() => set([...ask.escalations, { afterMinutes: 60, people: supervisors }])}>
              Add an escalation
            </Button>
          </div>
        ) : null}
      </div>
    </details>
  );
}

/** Everybody who decides here, and whoever is named though they do not any more. */
function breakers({ breakGlass }: PolicyAsk, people: readonly Named[], onIds: (ids: string[]) => void) {
  const lost = breakGlass.filter((id) => !people.some((one) => one.id === id)).map((id) => ({ id, name: "Somebody who cannot decide here any more" }));
  return [...people, ...lost].map(({ id, name }) => ({
    key: id,
    label: name,
    checked: breakGlass.includes(id),
    onChange: (ticked: boolean) => onIds(ticked ? [...breakGlass, id] : breakGlass.filter((one) => one !== id)),
  }));
}
