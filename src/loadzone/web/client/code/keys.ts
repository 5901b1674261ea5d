/** Keys: every one has a visible control that names it in data-key; «G» then a letter goes to a room. */

const SWITCH = "loadzone-keys";
const CHORD_MS = 1200;

export function watchKeys(): void {
  let chordUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOff()) return;
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

function isOff(): boolean {
  return localStorage.getItem(SWITCH) === "off";
}
