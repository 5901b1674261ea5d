/** What hands do over a plot: one finger or the mouse moves the cursor, two fingers or the wheel with Ctrl zoom. */
import { type Plot, type Span, zoomed } from "./plot.ts";

export interface Gestures {
  /** A pointer stands at a place of x; ``isDown`` while it is pressed; ``y`` in pixels. */
  move?: (place: number, isDown: boolean, y: number) => void;
  leave?: () => void;
  zoom: (span: Span) => void;
  /** The axis strip below the plot was dragged by so much of x. */
  pan?: (by: number) => void;
}

export function watchGestures(plot: Plot, does: Gestures): void {
  const { host } = plot;
  const down = new Map<number, number>();
  let before: Span | null = null;
  let pinched: [number, number] | null = null;
  let panFrom: number | null = null;

  const px = (event: PointerEvent | WheelEvent): number => event.clientX - host.getBoundingClientRect().left;
  const py = (event: PointerEvent): number => event.clientY - host.getBoundingClientRect().top;

  host.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    host.setPointerCapture(event.pointerId);
    down.set(event.pointerId, px(event));
    if (down.size === 2) {
      const [one = 0, two = 0] = down.values();
      before = { ...plot.x };
      pinched = [one, two];
    } else if (does.pan && py(event) > plot.foot + 2 && event.pointerType === "mouse") {
      panFrom = px(event);
    } else {
      does.move?.(plot.at(px(event)), true, py(event));
    }
  });
  host.addEventListener("pointermove", (event) => {
    const at = px(event);
    if (down.has(event.pointerId)) down.set(event.pointerId, at);
    if (before && pinched && down.size === 2) {
      const [one = 0, two = 0] = down.values();
      const by = Math.abs(pinched[1] - pinched[0]) / Math.max(20, Math.abs(two - one));
      const middle = (pinched[0] + pinched[1]) / 2;
      const place = before.from + ((middle - plot.left) / (plot.right - plot.left)) * (before.to - before.from);
      does.zoom(zoomed(before, place, by));
    } else if (panFrom !== null) {
      does.pan?.(plot.at(panFrom) - plot.at(at));
      panFrom = at;
    } else {
      does.move?.(plot.at(at), down.size > 0, py(event));
    }
  });
  const up = (event: PointerEvent): void => {
    down.delete(event.pointerId);
    before = pinched = panFrom = null;
  };
  host.addEventListener("pointerup", up);
  host.addEventListener("pointercancel", up);
  host.addEventListener("pointerleave", () => {
    if (down.size === 0) does.leave?.();
  });
  host.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.altKey) return;
      event.preventDefault();
      does.zoom(zoomed(plot.x, plot.at(px(event)), Math.exp(Math.sign(event.deltaY) * 0.22)));
    },
    { passive: false },
  );
}
