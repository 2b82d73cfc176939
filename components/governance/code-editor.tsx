"use client";
import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef } from "react";
import { Label } from "../ui/label";
import { indentationAt, lineRange, shiftLines } from "./code-text";

export interface CodeProblem {
  message: string;
  line?: number | undefined;
  column?: number | undefined;
}

/** What one can ask the editor for. */
export interface CodeEditorHandle {
  /** Puts the cursor there and brings it into sight. */
  goTo: (line: number, column?: number) => void;
  /** Puts another text in place of all of it, so that undo brings it back. */
  replace: (text: string) => void;
}

interface CodeEditorProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  readOnly?: boolean;
  problems?: readonly CodeProblem[];
  placeholder?: string;
  maxLength?: number;
  handle?: Ref<CodeEditorHandle>;
}

/**
 * A text of code with numbered lines. It is the browser's own text field, so that undo, screen readers and Tab to go on are
 * as everywhere; Ctrl ] and Ctrl [ move lines in and out.
 */
export function CodeEditor({ label, value, onChange, readOnly = false, problems = [], placeholder, maxLength, handle }: CodeEditorProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLPreElement>(null);
  const lines = value.split("\n").length;
  const wrong = new Set(problems.flatMap(({ line }) => (line === undefined ? [] : [line])));

  useImperativeHandle(handle, () => ({
    goTo(line, column) {
      const element = area.current;
      if (!element) return;
      const [start, end] = lineRange(element.value, line);
      element.focus();
      element.setSelectionRange(column === undefined ? start : Math.min(end, start + column - 1), end);
      element.scrollTop = Math.max(0, (line - 4) * Number.parseFloat(getComputedStyle(element).lineHeight));
      element.scrollLeft = 0;
      element.scrollIntoView({ block: "nearest" });
    },
    replace(text) {
      area.current?.focus();
      area.current?.select();
      write(text);
    },
  }));

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    const element = event.currentTarget;
    const { selectionStart, selectionEnd } = element;
    if (readOnly || event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      write(`\n${indentationAt(value, selectionStart)}`);
    } else if ((event.ctrlKey || event.metaKey) && (event.key === "]" || event.key === "[")) {
      event.preventDefault();
      const shifted = shiftLines(value, selectionStart, selectionEnd, event.key === "]" ? "in" : "out");
      element.setSelectionRange(shifted.from, shifted.to);
      write(shifted.text);
      element.setSelectionRange(shifted.from, shifted.from + shifted.text.length);
    }
  }

  return (
    <div className="grid min-w-0 gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <div className="relative min-w-0 overflow-hidden rounded-md border border-line-strong bg-surface font-mono text-sm leading-5 focus-within:border-accent focus-within:outline-2 focus-within:outline-accent max-sm:text-lg max-sm:leading-7">
        <pre ref={numbers} aria-hidden="true" className="absolute inset-y-0 left-0 w-16 overflow-hidden border-r border-line bg-sunken py-2 pr-2 text-right text-subtle select-none">
          {numbered(lines, wrong)}
          {/* As much room as the bar at the field's lower edge takes. */}
          {"\n\n"}
        </pre>
        <textarea
          ref={area}
          id={id}
          wrap="off"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          readOnly={readOnly}
          aria-invalid={wrong.size > 0 || undefined}
          aria-describedby={`${id}-keys`}
          placeholder={placeholder}
          maxLength={maxLength}
          rows={Math.min(28, Math.max(12, lines + 1))}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
          className="block w-full resize-none overflow-auto bg-transparent pr-2 pl-18 py-2 whitespace-pre text-ink outline-none placeholder:text-subtle"
        />
      </div>
      <p id={`${id}-keys`} className="text-sm text-muted">
        {lines === 1 ? "1 line" : `${lines.toLocaleString("en-US")} lines`}
        {readOnly ? ", to be read." : ". Tab goes on to what follows; Ctrl ] and Ctrl [ move lines in and out."}
      </p>
    </div>
  );
}

/** As if it were typed, so that it can be undone like the rest. */
function write(text: string) {
  document.execCommand("insertText", false, text);
}

/** The numbers of the lines, those with a problem marked by more than their colour. */
function numbered(lines: number, wrong: ReadonlySet<number>) {
  const marked = [...wrong].filter((line) => line <= lines).toSorted((a, b) => a - b);
  const between = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, at) => `${from + at}\n`).join("");
  let next = 1;
  return [
    ...marked.flatMap((line) => {
      const before = between(next, line);
      next = line + 1;
      return [
        before,
        <span key={line} className="font-semibold text-danger">
          ● {line}
          {"\n"}
        </span>,
      ];
    }),
    between(next, lines + 1),
  ];
}
