export interface Version<C> {
  version: number;
  content: C;
}

/** `base`: what was edited; `current`: what is in force, as far as the page knows. */
export interface DraftState<C> {
  base: Version<C>;
  current: Version<C>;
  content: C;
}

type DraftStep<C> = { type: "type"; content: C } | { type: "read"; current: Version<C> } | { type: "rebase" | "discard" | "settle" };

export function draftOf<C>(current: Version<C>): DraftState<C> {
  return { base: current, current, content: current.content };
}

/** What is published elsewhere never takes away what was typed here: only who typed it does. */
export function draftStep<C>(state: DraftState<C>, step: DraftStep<C>): DraftState<C> {
  switch (step.type) {
    case "type":
      return { ...state, content: step.content };
    case "read":
      return isChanged(state) ? { ...state, current: step.current } : draftOf(step.current);
    case "rebase":
      return { ...state, base: state.current };
    case "discard":
      return draftOf(state.current);
    case "settle":
      return { ...state, base: { ...state.base, content: state.content } };
  }
}

export function isChanged<C>({ content, base }: DraftState<C>): boolean {
  return content !== base.content && JSON.stringify(content) !== JSON.stringify(base.content);
}

/** Somebody published another version while this one was edited. */
export function isOutdated<C>(state: DraftState<C>): boolean {
  return isChanged(state) && state.current.version !== state.base.version;
}
