/** A plot on two canvases: what is drawn from data below, what follows the pointer above; painted once a frame. */

export interface Span {
  from: number;
  to: number;
}

export interface Margins {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export type Paint = (pen: CanvasRenderingContext2D, plot: Plot) => void;

export const MARGINS: Margins = { left: 40, right: 8, top: 20, bottom: 20 };
const NARROW = "\u202f";

export class Plot {
  readonly box: Margins & { width: number; height: number };
  x: Span = { from: 0, to: 1 };
  y: Span = { from: 0, to: 1 };
  ratio = 1;
  #below = document.createElement("canvas");
  #above = document.createElement("canvas");
  #isDataDue = false;
  #isMarkDue = false;

  constructor(
    readonly host: HTMLElement,
    margins: Partial<Margins>,
    readonly paint: Paint,
    readonly mark: Paint = () => undefined,
  ) {
    this.box = { ...MARGINS, ...margins, width: 0, height: 0 };
    host.append(this.#below, this.#above);
    new ResizeObserver(() => this.#fit()).observe(host);
    this.#fit();
  }

  get left(): number {
    return this.box.left;
  }
  get right(): number {
    return this.box.width - this.box.right;
  }
  get top(): number {
    return this.box.top;
  }
  get foot(): number {
    return this.box.height - this.box.bottom;
  }

  px(value: number): number {
    return this.left + ((value - this.x.from) / (this.x.to - this.x.from)) * (this.right - this.left);
  }
  py(value: number): number {
    return this.foot - ((value - this.y.from) / (this.y.to - this.y.from)) * (this.foot - this.top);
  }
  at(px: number): number {
    return this.x.from + ((px - this.left) / (this.right - this.left)) * (this.x.to - this.x.from);
  }

  /** Draw all again in the next frame. */
  redraw(): void {
    this.#isDataDue = true;
    this.remark();
  }
  /** Draw again what follows the pointer. */
  remark(): void {
    if (this.#isMarkDue) return;
    this.#isMarkDue = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#isMarkDue = false;
    if (this.box.width <= 0) return;
    if (this.#isDataDue) {
      this.#isDataDue = false;
      this.#with(this.#below, this.paint);
    }
    this.#with(this.#above, this.mark);
  }

  #with(canvas: HTMLCanvasElement, paint: Paint): void {
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.box.width, this.box.height);
    pen.font = FONT;
    pen.textBaseline = "alphabetic";
    paint(pen, this);
  }

  #fit(): void {
    const width = this.host.clientWidth;
    const height = this.host.clientHeight;
    if (width === this.box.width && height === this.box.height && this.ratio === devicePixelRatio) return;
    Object.assign(this.box, { width, height });
    this.ratio = devicePixelRatio || 1;
    for (const canvas of [this.#below, this.#above]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.redraw();
  }
}

export const FONT = `11px ${getComputedStyle(document.documentElement).getPropertyValue("--ui") || "system-ui, sans-serif"}`;

/** About ``count`` round values within a span. */
export function ticks(span: Span, count: number): number[] {
  const length = span.to - span.from;
  if (!(length > 0) || !Number.isFinite(length)) return [];
  const raw = length / count;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * ([1, 2, 5, 10].find((each) => unit * each >= raw * 0.999) ?? 10);
  const found: number[] = [];
  for (let k = Math.ceil(span.from / step - 1e-9); k <= Math.floor(span.to / step + 1e-9); k++) found.push(k * step);
  return found;
}

/** A number with a fixed count of decimals, a true minus and a narrow space in thousands; a dash for none. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const [whole = "", rest] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
  const written = rest ? `${grouped}.${rest}` : grouped;
  return value < 0 && /[1-9]/.test(written) ? `\u2212${written}` : written;
}

/** A number with a count of significant digits, trailing zeros dropped. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  const written = fixed(value, Math.min(decimals, 12));
  return written.includes(".") ? written.replace(/\.?0+$/, "") : written;
}

/** Digits that tell ticks apart. */
export function digitsOf(values: number[]): number {
  const step = values.length > 1 ? Math.abs((values[1] ?? 0) - (values[0] ?? 0)) : Math.abs(values[0] ?? 1);
  return Math.min(8, Math.max(0, -Math.floor(Math.log10(step || 1) + 1e-9)));
}

export interface Axes {
  head: string;
  /** What a value of x is shown as. */
  scale?: number;
  yCount?: number;
  colours: Record<string, string>;
}

/** Grid, numbers, the x axis with its feet, name and unit top left. */
export function axes(pen: CanvasRenderingContext2D, plot: Plot, how: Axes): void {
  const { colours, scale = 1 } = how;
  const heights = ticks(plot.y, how.yCount ?? 4);
  const digits = digitsOf(heights);
  // the margin holds five signs
  const isLarge = Math.max(Math.abs(plot.y.from), Math.abs(plot.y.to)) >= 10_000;
  const height = (value: number): string =>
    isLarge ? `${significant(value / 1000)}k` : fixed(value, digits).replace(NARROW, "");
  pen.lineWidth = 1;
  pen.strokeStyle = colours["line"] ?? "";
  pen.fillStyle = colours["ink3"] ?? "";
  pen.textAlign = "right";
  pen.beginPath();
  for (const value of heights) {
    const y = Math.round(plot.py(value)) + 0.5;
    if (value !== plot.y.from) {
      pen.moveTo(plot.left, y);
      pen.lineTo(plot.right, y);
    }
    pen.fillText(value === 0 ? "0" : height(value), plot.left - 7, y + 3.5);
  }
  pen.stroke();
  const shown = { from: plot.x.from * scale, to: plot.x.to * scale };
  const places = ticks(shown, Math.max(3, Math.min(12, Math.floor((plot.right - plot.left) / 80))));
  const placeDigits = digitsOf(places);
  pen.strokeStyle = colours["rule"] ?? "";
  pen.textAlign = "center";
  pen.beginPath();
  pen.moveTo(plot.left, plot.foot + 0.5);
  pen.lineTo(plot.right, plot.foot + 0.5);
  for (const value of places) {
    const x = Math.round(plot.px(value / scale)) + 0.5;
    pen.moveTo(x, plot.foot);
    pen.lineTo(x, plot.foot + 4);
    const words = fixed(value, value === 0 ? 0 : placeDigits);
    pen.fillText(words, Math.min(x, plot.box.width - pen.measureText(words).width / 2), plot.foot + 15);
  }
  pen.stroke();
  pen.textAlign = "left";
  if (how.head) pen.fillText(how.head, 0, plot.top - 9);
}

const NAMES = "page well line rule ink ink2 ink3 accent accent-soft s1 s2 s3 s4 s5 s3-ink s4-ink on-accent".split(" ");

/** Colours of the theme that is shown, and of the state of ``element``. */
export function coloursOf(element: HTMLElement): Record<string, string> {
  const style = getComputedStyle(element);
  const names = [...NAMES, "state", "state-ink", "state-soft"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** The nearer end of a span within limits, its length kept. */
export function within(span: Span, limits: Span, least: number): Span {
  const length = Math.min(Math.max(span.to - span.from, least), limits.to - limits.from);
  const from = Math.min(Math.max(span.from, limits.from), limits.to - length);
  return { from, to: from + length };
}

/** The span about a place, ``by`` times as long. */
export function zoomed(span: Span, place: number, by: number): Span {
  return { from: place - (place - span.from) * by, to: place + (span.to - place) * by };
}
