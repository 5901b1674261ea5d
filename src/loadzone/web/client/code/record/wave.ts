/** The waveform: a window of it above, that of the recording beside below, all of it in a strip that can be dragged. */
import { bindKeys, type Stroke, zoomStrokes } from "../keys.ts";
import { type Curves, fetchPairs, fetchSamples, type Head } from "./curves.ts";
import { drawRow, reach, type Row, roundUp } from "./draw.ts";
import { watchGestures } from "./gestures.ts";
import { axes, Plot, significant, type Span, within, zoomed } from "./plot.ts";

/** Longer recordings are drawn from least and greatest values, read for what is shown. */
const MOST_SAMPLES = 1_000_000;
const PAIRS = 4000;
const PAUSE_MS = 60;
const REVOLUTIONS = 6;
const WITHOUT_SPEED_S = 0.2;
const LEAST_SAMPLES = 32;
const LONG_S = 4;
const GRIP = 7;

/** One recording's samples: all of them, or least and greatest values of what is shown. */
class Trace {
  all: Row | null = null;
  #near: Row | null = null;
  #asked = 0;

  constructor(readonly head: Head) {}

  get length(): number {
    return this.head.count / this.head.fs_hz;
  }
  get shown(): Row | null {
    return this.#near ?? this.all;
  }

  async load(): Promise<Row> {
    const { head } = this;
    this.all = head.count <= MOST_SAMPLES ? await fetchSamples(head) : await fetchPairs(head, 0, head.count, PAIRS);
    return this.all;
  }

  /** Read a span more closely where only an outline is known; whether it came and is still wanted. */
  async need(span: Span): Promise<boolean> {
    const { head } = this;
    if (head.count <= MOST_SAMPLES) return false;
    const ask = ++this.#asked;
    const start = Math.max(0, Math.floor(span.from * head.fs_hz));
    const stop = Math.min(head.count, Math.ceil(span.to * head.fs_hz) + 1);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (ask !== this.#asked || stop <= start) return false;
    const row = await fetchPairs(head, start, stop, PAIRS);
    if (ask !== this.#asked) return false;
    this.#near = row;
    return true;
  }
}

export interface WaveOptions {
  unit: string;
  otherUnit: string;
  colours: () => Record<string, string>;
  /** Seconds between passes of the chosen family, its name, whether damage was found there; null for no family. */
  period: () => { seconds: number; name: string; isFound: boolean } | null;
  /** The span that is shown, null: the first one; what the marks above it mean. */
  changed: (span: Span | null, note: string) => void;
  words: Record<string, string>;
}

export class Wave {
  readonly plot: Plot;
  readonly strip: Plot;
  readonly #beside: Plot | null;
  #own: Trace | null = null;
  #other: Trace | null = null;
  #shaft: number | null = null;
  #note = "";

  constructor(host: HTMLElement, beside: HTMLElement | null, strip: HTMLElement, readonly how: WaveOptions) {
    this.plot = new Plot(host, { top: 22 }, (pen) => this.#paint(pen), (pen) => this.#mark(pen));
    this.strip = new Plot(strip, { top: 2, bottom: 15 }, (pen) => this.#paintStrip(pen), (pen) => this.#window(pen));
    this.#beside = beside && new Plot(beside, { top: 20 }, (pen) => this.#paintBeside(pen));
    for (const plot of [this.plot, this.#beside]) {
      if (!plot) continue;
      const zoom = (span: Span): void => this.show(span);
      watchGestures(plot, { zoom, pan: (by) => this.#pan(by), move: (place, isDown) => this.#drag(place, isDown) });
    }
    this.#watchStrip();
    bindKeys(host, this.#strokes());
  }

  get length(): number {
    return this.#own?.length ?? 1;
  }

  async load(curves: Curves, other: Curves | null, span: Span | null): Promise<void> {
    this.#shaft = curves.head.shaft_hz;
    this.#own = new Trace(curves.head);
    this.#other = other && new Trace(other.head);
    const [row] = await Promise.all([this.#own.load(), this.#other?.load()]);
    this.strip.x = { from: 0, to: this.length };
    const most = roundUp(reach(row, 0, this.length));
    this.strip.y = { from: -most, to: most };
    this.strip.redraw();
    this.show(span ?? this.#first());
  }

  /** Show a span of seconds. */
  show(wanted: Span): void {
    if (!this.#own) return;
    const span = within(wanted, { from: 0, to: this.length }, LEAST_SAMPLES / this.#own.head.fs_hz);
    this.plot.x = span;
    if (this.#beside) this.#beside.x = span;
    for (const trace of [this.#own, this.#other]) {
      void trace?.need(span).then((isNew) => isNew && this.#fitted());
    }
    this.#fitted();
  }

  by(step: "in" | "out" | "all"): void {
    const { x } = this.plot;
    this.show(step === "all" ? { from: 0, to: this.length } : zoomed(x, (x.from + x.to) / 2, step === "in" ? 0.5 : 2));
  }

  repaint(): void {
    this.#fitted();
    this.strip.redraw();
  }

  /** Milliseconds, or seconds where there are many. */
  #scale(unit: string): { head: string; scale: number } {
    const isLong = this.plot.x.to - this.plot.x.from > LONG_S;
    return isLong ? { head: `${unit}; s`, scale: 1 } : { head: `${unit}; ms`, scale: 1000 };
  }

  #first(): Span {
    const long = Math.min(this.#shaft ? REVOLUTIONS / this.#shaft : WITHOUT_SPEED_S, this.length);
    return { from: (this.length - long) / 2, to: (this.length + long) / 2 };
  }

  #fitted(): void {
    if (!this.#own?.shown) return;
    const { x } = this.plot;
    for (const [plot, trace] of [[this.plot, this.#own], [this.#beside, this.#other]] as const) {
      const most = trace?.shown ? roundUp(reach(trace.shown, x.from, x.to)) : 1;
      if (plot) plot.y = { from: -most, to: most };
    }
    const period = this.how.period();
    const isSeen = period !== null && period.seconds < x.to - x.from;
    this.#note = isSeen
      ? this.how.words["each"]!.replace("{span}", significant(period.seconds * 1000)).replace("{family}", period.name)
      : "";
    const first = this.#first();
    this.how.changed(x.from === first.from && x.to === first.to ? null : x, this.#note);
    this.plot.redraw();
    this.#beside?.redraw();
    this.strip.remark();
  }

  #paint(pen: CanvasRenderingContext2D): void {
    const row = this.#own?.shown;
    if (!row) return;
    const colours = this.how.colours();
    axes(pen, this.plot, { ...this.#scale(this.how.unit), colours });
    drawRow(pen, this.plot, row, colours["s1"]!);
  }

  #paintBeside(pen: CanvasRenderingContext2D): void {
    const row = this.#other?.shown;
    if (!row || !this.#beside) return;
    const colours = this.how.colours();
    axes(pen, this.#beside, { ...this.#scale(this.how.otherUnit), colours });
    drawRow(pen, this.#beside, row, colours["s2"]!);
  }

  /** A mark at each pass of the family, from the largest sample in view. */
  #mark(pen: CanvasRenderingContext2D): void {
    const period = this.how.period();
    const row = this.#own?.shown;
    if (!period || !row || !this.#note) return;
    const { plot } = this;
    const from = largest(row, plot.x);
    const colours = this.how.colours();
    pen.fillStyle = period.isFound ? colours["state"]! : colours["ink2"]!;
    const first = Math.ceil((plot.x.from - from) / period.seconds);
    const last = Math.floor((plot.x.to - from) / period.seconds);
    if (last - first > (plot.right - plot.left) / 8) return;
    pen.beginPath();
    for (let k = first; k <= last; k++) {
      const x = plot.px(from + k * period.seconds);
      pen.moveTo(x - 3.5, plot.top - 9);
      pen.lineTo(x + 3.5, plot.top - 9);
      pen.lineTo(x, plot.top - 3);
    }
    pen.fill();
  }

  #paintStrip(pen: CanvasRenderingContext2D): void {
    if (!this.#own?.all) return;
    const colours = this.how.colours();
    const { strip } = this;
    pen.fillStyle = colours["well"]!;
    pen.fillRect(strip.left, strip.top, strip.right - strip.left, strip.foot - strip.top);
    drawRow(pen, strip, this.#own.all, colours["rule"]!);
    pen.fillStyle = colours["ink3"]!;
    pen.fillText("0 s", strip.left, strip.box.height - 3);
    pen.textAlign = "right";
    pen.fillText(`${significant(this.length)} s`, strip.right, strip.box.height - 3);
    pen.textAlign = "left";
  }

  #window(pen: CanvasRenderingContext2D): void {
    if (!this.#own?.all) return;
    const colours = this.how.colours();
    const { strip } = this;
    const left = strip.px(this.plot.x.from);
    const right = Math.max(left + 2, strip.px(this.plot.x.to));
    pen.globalAlpha = 0.16;
    pen.fillStyle = colours["accent"]!;
    pen.fillRect(left, strip.top, right - left, strip.foot - strip.top);
    pen.globalAlpha = 1;
    pen.strokeStyle = colours["accent"]!;
    pen.lineWidth = 1.5;
    pen.strokeRect(left, strip.top, right - left, strip.foot - strip.top);
    for (const x of [left, right]) pen.fillRect(x - 2.5, (strip.top + strip.foot) / 2 - 5, 5, 10);
  }

  #watchStrip(): void {
    const { host } = this.strip;
    let grip: "from" | "to" | "both" | null = null;
    let last = 0;
    const at = (event: PointerEvent): number => event.clientX - host.getBoundingClientRect().left;
    host.addEventListener("pointerdown", (event) => {
      host.setPointerCapture(event.pointerId);
      const x = at(event);
      const [left, right] = [this.strip.px(this.plot.x.from), this.strip.px(this.plot.x.to)];
      if (Math.abs(x - left) < GRIP) grip = "from";
      else if (Math.abs(x - right) < GRIP) grip = "to";
      else {
        grip = "both";
        if (x < left || x > right) {
          const half = (this.plot.x.to - this.plot.x.from) / 2;
          this.show({ from: this.strip.at(x) - half, to: this.strip.at(x) + half });
        }
      }
      last = this.strip.at(x);
    });
    host.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const place = this.strip.at(at(event));
      const { from, to } = this.plot.x;
      if (grip === "both") this.show({ from: from + place - last, to: to + place - last });
      else if (grip === "from") this.show({ from: Math.min(place, to - 1e-4), to });
      else this.show({ from, to: Math.max(place, from + 1e-4) });
      last = place;
    });
    const end = (): void => void (grip = null);
    host.addEventListener("pointerup", end);
    host.addEventListener("pointercancel", end);
  }

  #held: number | null = null;
  #drag(place: number, isDown: boolean): void {
    if (!isDown) this.#held = null;
    else if (this.#held === null) this.#held = place;
    else this.#pan(this.#held - place);
  }
  #pan(by: number): void {
    this.show({ from: this.plot.x.from + by, to: this.plot.x.to + by });
  }

  #strokes(): Stroke[] {
    const pan = (event: KeyboardEvent): void => {
      const by = (event.shiftKey ? 1 : 0.1) * (this.plot.x.to - this.plot.x.from);
      this.#pan(event.key === "ArrowLeft" ? -by : by);
    };
    return [{ keys: ["ArrowLeft", "ArrowRight"], name: "pan", act: pan }, ...zoomStrokes((step) => this.by(step))];
  }
}

function largest(row: Row, span: Span): number {
  const first = Math.max(0, Math.ceil((span.from - row.start) / row.step));
  const last = Math.min(row.values.length - 1, Math.floor((span.to - row.start) / row.step));
  let best = first;
  for (let index = first; index <= last; index++) {
    if (Math.abs(row.values[index]!) > Math.abs(row.values[best] ?? 0)) best = index;
  }
  return row.start + best * row.step;
}
