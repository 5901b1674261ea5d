/** A quantity explains itself: its note shows on hover, focus and touch, within the window, until Escape or leaving. */

const GAP = 6;
const PAUSE_MS = 180;

export default function quantity(element: HTMLElement): void {
  const note = element.querySelector<HTMLElement>(".quantity-note");
  if (!note) return;
  note.id = `note-${Math.random().toString(36).slice(2)}`;
  note.popover = "manual";
  element.setAttribute("aria-describedby", note.id);
  let due = 0;

  const show = (): void => {
    if (!note.matches(":popover-open")) note.showPopover();
    const [at, own] = [element.getBoundingClientRect(), note.getBoundingClientRect()];
    const isBelow = at.bottom + GAP + own.height < innerHeight || at.top < own.height + GAP;
    note.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - own.width - GAP))}px`;
    note.style.top = `${isBelow ? at.bottom + GAP : at.top - own.height - GAP}px`;
  };
  const hide = (): void => {
    clearTimeout(due);
    if (note.matches(":popover-open")) note.hidePopover();
  };
  element.addEventListener("pointerenter", (event) => {
    due = setTimeout(show, event.pointerType === "mouse" ? PAUSE_MS : 0);
  });
  element.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && document.activeElement !== element) hide();
  });
  element.addEventListener("focus", show);
  element.addEventListener("blur", hide);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}
