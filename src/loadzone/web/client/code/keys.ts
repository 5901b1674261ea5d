/** Keys: every one has a visible control that names it in data-key; «G» then a letter goes to a room. */

export const SWITCH = "loadzone-keys";
const CHORD_MS = 1200;

/** What keys do at an element; the sheet of keys tells it by its name. `act` answers false where there is nothing to do. */
export interface Stroke {
  keys: string[];
  name: string;
  act: (event: KeyboardEvent) => unknown;
}

/** Every place at which islands take keys, and which: what the sheet shows is what is listened to. */
export const places: { host: HTMLElement; strokes: Stroke[] }[] = [];

export function bindKeys(host: HTMLElement, strokes: Stroke[]): void {
  places.push({ host, strokes });
  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const stroke = strokes.find((each) => each.keys.includes(event.key));
    if (stroke && stroke.act(event) !== false) event.preventDefault();
  });
}

/** Keys that zoom a plot. */
export function zoomStrokes(by: (step: "in" | "out" | "all") => void): Stroke[] {
  return [
    { keys: ["+", "="], name: "closer", act: () => by("in") },
    { keys: ["-"], name: "wider", act: () => by("out") },
    { keys: ["0"], name: "whole", act: () => by("all") },
  ];
}

export function watchKeys(): void {
  let chordUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || isOff()) return;
    if (event.key === "Enter" && isControl(event.target)) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (performance.now() < chordUntil) {
      chordUntil = 0;
      if (press(`G ${key}`)) event.preventDefault();
      return;
    }
    if (key === "G") {
      chordUntil = performance.now() + CHORD_MS;
      return;
    }
    if (press(key)) event.preventDefault();
  });
}

function press(key: string): boolean {
  const open = document.querySelector("dialog[open]");
  const found = (open ?? document).querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!found || (found instanceof HTMLButtonElement && found.disabled)) return false;
  if (found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement) found.focus();
  else found.click();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && /^(radio|checkbox)$/.test(target.type)) return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button, input, summary, [tabindex]:not([tabindex='-1'])") !== null;
}

export function isOff(): boolean {
  return localStorage.getItem(SWITCH) === "off";
}
