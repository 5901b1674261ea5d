/** The amplitude spectrum of the whole record over kHz, with a cursor of its own. */
import { bindKeys, type Stroke, zoomStrokes } from "../keys.ts";
import { drawRow, reach, type Row, roundUp } from "./draw.ts";
import { watchGestures } from "./gestures.ts";
import { axes, fixed, Plot, significant, type Span, within, zoomed } from "./plot.ts";

const LEAST_BINS = 32;
const LOWEST_DB = -80;

export interface SpectrumOptions {
  unit: string;
  colours: () => Record<string, string>;
  isDecibels: () => boolean;
  /** Cursor in Hz, amplitude there. */
  told: (frequency: number, level: number) => void;
  changed: (span: Span | null) => void;
}

export class Spectrum {
  readonly plot: Plot;
  #own: Row | null = null;
  #other: Row | null = null;
  #drawn: { isDecibels: boolean; own: Row; other: Row | null } | null = null;
  #at: number | null = null;

  constructor(host: HTMLElement, readonly how: SpectrumOptions) {
    this.plot = new Plot(host, {}, (pen) => this.#paint(pen), (pen) => this.#mark(pen));
    watchGestures(this.plot, {
      zoom: (span) => this.show(span),
      pan: (by) => this.show({ from: this.plot.x.from + by, to: this.plot.x.to + by }),
      move: (place) => this.#read(place),
    });
    bindKeys(host, this.#strokes());
  }

  load(own: Row | null, other: Row | null, span: Span | null): void {
    this.#own = own;
    this.#other = other;
    this.#drawn = null;
    if (own) this.show(span ?? this.#whole());
  }

  show(wanted: Span): void {
    if (!this.#own) return;
    const all = this.#whole();
    const span = within(wanted, all, LEAST_BINS * this.#own.step);
    this.plot.x = span;
    this.how.changed(span.from <= all.from && span.to >= all.to ? null : span);
    this.plot.redraw();
  }

  by(step: "in" | "out" | "all"): void {
    const { x } = this.plot;
    const middle = this.#at !== null && this.#at > x.from && this.#at < x.to ? this.#at : (x.from + x.to) / 2;
    this.show(step === "all" ? this.#whole() : zoomed(x, middle, step === "in" ? 0.5 : 2));
  }

  repaint(): void {
    this.plot.redraw();
  }

  #whole(): Span {
    return { from: 0, to: ((this.#own?.values.length ?? 2) - 1) * (this.#own?.step ?? 1) };
  }

  #rows(): { own: Row; other: Row | null } | null {
    if (!this.#own) return null;
    const isDecibels = this.how.isDecibels();
    if (this.#drawn?.isDecibels !== isDecibels) {
      const most = reach(this.#own, 0, Infinity) || 1;
      const told = (row: Row): Row =>
        isDecibels
          ? { ...row, values: row.values.map((each) => Math.max(LOWEST_DB, 20 * Math.log10(each / most || 1e-9))) }
          : row;
      this.#drawn = { isDecibels, own: told(this.#own), other: this.#other ? told(this.#other) : null };
    }
    return this.#drawn;
  }

  #paint(pen: CanvasRenderingContext2D): void {
    const rows = this.#rows();
    if (!rows) return;
    const { plot } = this;
    const colours = this.how.colours();
    const isDecibels = this.how.isDecibels();
    plot.y = isDecibels
      ? { from: LOWEST_DB, to: 0 }
      : { from: 0, to: roundUp(Math.max(reach(rows.own, plot.x.from, plot.x.to), 1e-30)) };
    axes(pen, plot, { head: `${isDecibels ? "dB" : this.how.unit}; kHz`, scale: 0.001, yCount: 3, colours });
    if (rows.other) drawRow(pen, plot, rows.other, colours["s2"]!, 1);
    drawRow(pen, plot, rows.own, colours["s1"]!);
  }

  #mark(pen: CanvasRenderingContext2D): void {
    if (this.#at === null) return;
    const { plot } = this;
    const x = plot.px(this.#at);
    if (x < plot.left || x > plot.right) return;
    pen.strokeStyle = this.how.colours()["ink"]!;
    pen.beginPath();
    pen.moveTo(x, plot.top);
    pen.lineTo(x, plot.foot);
    pen.stroke();
  }

  #read(place: number): void {
    if (!this.#own) return;
    const bin = Math.min(this.#own.values.length - 1, Math.max(0, Math.round(place / this.#own.step)));
    this.#at = bin * this.#own.step;
    this.how.told(this.#at, this.#own.values[bin]!);
    this.plot.remark();
  }

  #strokes(): Stroke[] {
    const read = (event: KeyboardEvent): void => {
      const step = (this.#own?.step ?? 1) * (event.shiftKey ? 10 : 1);
      const at = this.#at ?? (this.plot.x.from + this.plot.x.to) / 2;
      this.#read(event.key === "ArrowLeft" ? at - step : at + step);
    };
    return [{ keys: ["ArrowLeft", "ArrowRight"], name: "cursor", act: read }, ...zoomStrokes((step) => this.by(step))];
  }
}

export function levelWords(level: number, unit: string): string {
  return `${significant(level)} ${unit}`;
}

export function hertzWords(frequency: number): string {
  return fixed(frequency, frequency < 1000 ? 2 : 1);
}
