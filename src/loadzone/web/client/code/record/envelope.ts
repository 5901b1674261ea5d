/** The envelope spectrum with the harmonic cursor over it, and the coherence map below on the same axis. */
import type { Curves, Family } from "./curves.ts";
import { HARMONICS, type Reader, spacing, SYMBOLS } from "./cursor.ts";
import { type Cells, drawCells, drawRow, palette, reach, type Row, roundUp } from "./draw.ts";
import { axes, fixed, Plot, type Span } from "./plot.ts";
import type { State } from "./state.ts";

const LOWEST_DB = -6;
const REFERENCE: Record<Family, string> = { outer: "s1", inner: "s3", ball: "s4", cage: "s5" };
const TOP = 66;

export interface Scene {
  curves: Curves;
  reader: Reader;
  other: Curves | null;
  otherReader: Reader | null;
  state: State;
  /** Where the cursor stands. */
  place: number;
  words: Record<string, string>;
  colours: () => Record<string, string>;
  isDark: () => boolean;
}

/** What the axis shows: orders or Hz; the plot itself counts in places of the reader. */
function shownScale(scene: Scene): number {
  return scene.state.axis === "hz" ? scene.reader.perUnit : 1;
}

/** The state's colours belong to what was found; a cursor elsewhere is ink. */
export function tinted(scene: Scene): Record<string, string> {
  const colours = scene.colours();
  const { family } = scene.state;
  if (family !== "free" && scene.curves.head.faults.includes(family)) return colours;
  const { ink = "", ink2 = "", well = "", page = "" } = colours;
  return { ...colours, state: ink2, "state-ink": ink, "state-soft": well, "on-accent": page };
}

export class Envelope {
  readonly plot: Plot;
  #rows: { own: Row; other: Row | null } | null = null;
  #scale = "";

  constructor(host: HTMLElement, readonly scene: () => Scene | null) {
    this.plot = new Plot(host, { top: TOP }, (pen) => this.#paint(pen), (pen) => this.#mark(pen));
  }

  forget(): void {
    this.#rows = null;
  }

  #prepared(scene: Scene): { own: Row; other: Row | null } {
    if (this.#rows && this.#scale === scene.state.scale) return this.#rows;
    this.#scale = scene.state.scale;
    const { perUnit } = scene.reader;
    const own = rowOf(scene.curves, scene.state.scale, perUnit);
    const other = scene.other ? besideRow(scene, scene.other) : null;
    this.#rows = { own, other };
    return this.#rows;
  }

  #paint(pen: CanvasRenderingContext2D): void {
    const scene = this.scene();
    if (!scene?.curves.envelope) return;
    const { plot } = this;
    const { own, other } = this.#prepared(scene);
    const colours = scene.colours();
    const isDecibels = scene.state.scale === "db";
    const most = Math.max(reach(own, plot.x.from, plot.x.to), other ? reach(other, plot.x.from, plot.x.to) : 0);
    plot.y = { from: isDecibels ? LOWEST_DB : 0, to: roundUp(most * 1.02) };
    const unit = isDecibels ? scene.words["over_floor"]! : scene.curves.floor ? "ln" : "";
    axes(pen, plot, { head: unit, scale: shownScale(scene), colours });
    if (!isDecibels && scene.curves.floor) this.#floor(pen, scene, own.step, colours);
    if (other) drawRow(pen, plot, other, colours["s2"]!, 1);
    drawRow(pen, plot, own, colours["s1"]!, 1.4);
    this.#references(pen, scene, colours);
  }

  #floor(pen: CanvasRenderingContext2D, scene: Scene, step: number, colours: Record<string, string>): void {
    const { plot } = this;
    const values = scene.curves.floor!;
    const stride = Math.max(1, Math.floor(values.length / 400));
    const thin = new Float32Array(Math.ceil(values.length / stride));
    for (let index = 0; index < thin.length; index++) thin[index] = values[index * stride]!;
    drawRow(pen, plot, { values: thin, start: 0, step: step * stride }, colours["rule"]!, 1);
    pen.fillStyle = colours["ink3"]!;
    const last = Math.min(values.length - 1, Math.floor(plot.x.to / step));
    pen.textAlign = "right";
    pen.fillText(scene.words["floor"]!, plot.right - 4, Math.min(plot.py(values[last]!), plot.foot) - 14);
    pen.textAlign = "left";
  }

  /** Fundamentals of the families that are not chosen: dotted, named above the plot, apart where they would touch. */
  #references(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const { orders } = scene.curves.head;
    if (!orders || !scene.curves.head.shaft_hz) return;
    const { plot } = this;
    const names = (Object.keys(SYMBOLS) as Family[]).filter((each) => each !== scene.state.family);
    // the lower row of names begins behind the name of the axis
    const head = scene.state.scale === "db" ? scene.words["over_floor"]! : "ln";
    const ends = [pen.measureText(head).width + 4, -Infinity];
    pen.save();
    pen.lineWidth = 1.2;
    for (const family of names.sort((one, two) => orders[one] - orders[two])) {
      const x = plot.px(orders[family]);
      if (x < plot.left || x > plot.right) continue;
      const wide = pen.measureText(SYMBOLS[family]).width;
      const start = Math.max(plot.left - 30, x - wide / 2);
      const level = start > ends[0]! + 4 ? 0 : 1;
      ends[level] = start + wide;
      const y = plot.top - (level ? 18 : 5);
      pen.strokeStyle = colours[REFERENCE[family]]!;
      pen.setLineDash([2, 4]);
      pen.beginPath();
      pen.moveTo(x, y + 3);
      pen.lineTo(x, plot.foot);
      pen.stroke();
      pen.fillStyle = colours[`${REFERENCE[family]}-ink`] || colours[REFERENCE[family]]!;
      pen.fillText(SYMBOLS[family], start, y);
    }
    pen.restore();
  }

  #mark(pen: CanvasRenderingContext2D): void {
    const scene = this.scene();
    if (!scene?.curves.envelope) return;
    const colours = tinted(scene);
    this.#windows(pen, scene, colours);
    this.#sidebands(pen, scene, colours);
    this.#flags(pen, scene, colours);
    this.#pin(pen, scene, colours);
    this.#handle(pen, scene, colours);
  }

  /** The searched windows of the chosen family. */
  #windows(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const { family } = scene.state;
    const { window: share, orders } = scene.curves.head;
    if (family === "free" || !share || !orders) return;
    const { plot } = this;
    pen.save();
    pen.fillStyle = colours["state"]!;
    pen.globalAlpha = 0.14;
    for (let k = 1; k <= HARMONICS; k++) {
      const centre = k * orders[family];
      const left = Math.max(plot.left, plot.px(centre * (1 - share)));
      const right = Math.min(plot.right, plot.px(centre * (1 + share)));
      if (right > left) pen.fillRect(left, plot.top, Math.max(1, right - left), plot.foot - plot.top);
    }
    pen.restore();
  }

  #flags(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const { plot } = this;
    const { family } = scene.state;
    const first = family === "free" ? "1×" : SYMBOLS[family];
    let edge = 0;
    pen.save();
    pen.font = `600 ${pen.font}`;
    for (let k = 1; k <= HARMONICS; k++) {
      const at = k * scene.place;
      const x = plot.px(at);
      if (x < plot.left - 1 || x > plot.right + 1) continue;
      const shown = at * shownScale(scene);
      const words = `${k === 1 ? first : `${k}×`} ${fixed(shown, scene.state.axis === "hz" ? 1 : 2)}`;
      const long = pen.measureText(words).width + 16;
      const isLeft = x + long > plot.box.width;
      const start = isLeft ? x - long : x;
      const hasRoom = start >= edge;
      pen.strokeStyle = colours["state"]!;
      pen.lineWidth = k === 1 ? 1.6 : 1.1;
      pen.setLineDash(k === 1 ? [] : [4, 4]);
      pen.beginPath();
      pen.moveTo(x, hasRoom ? 4 : plot.top);
      const peak = scene.reader.near(at)?.place ?? at;
      pen.lineTo(x, Math.max(plot.top, this.#heightAt(scene, peak) - 6));
      pen.stroke();
      if (!hasRoom) continue;
      pen.setLineDash([]);
      pennant(pen, x, 4, long, isLeft);
      pen.fillStyle = k === 1 ? colours["state"]! : colours["state-soft"]!;
      pen.fill();
      pen.fillStyle = k === 1 ? inkOn(colours) : colours["state-ink"]!;
      pen.textAlign = isLeft ? "right" : "left";
      pen.fillText(words, x + (isLeft ? -6 : 6), 16);
      edge = isLeft ? x : x + long;
    }
    pen.restore();
  }

  /** Where the curve stands at a place: what points at it ends above it. */
  #heightAt(scene: Scene, place: number): number {
    const { plot } = this;
    const bin = scene.reader.bin(place);
    const value = scene.state.scale === "db" ? scene.reader.decibels(bin) : scene.reader.level(bin);
    return plot.py(Math.min(Math.max(value, plot.y.from), plot.y.to));
  }

  #sidebands(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const side = spacing(scene.curves, scene.state.family);
    if (!side || !scene.curves.head.shaft_hz) return;
    const { plot } = this;
    pen.save();
    pen.strokeStyle = colours["state"]!;
    pen.fillStyle = colours["state-ink"]!;
    for (let k = 1; k <= HARMONICS; k++) {
      for (const sign of [-1, 1]) {
        const x = plot.px(k * scene.place + sign * side);
        if (x < plot.left || x > plot.right) continue;
        pen.beginPath();
        pen.moveTo(x, plot.top + 4);
        pen.lineTo(x, plot.top + 12);
        pen.stroke();
        if (k !== 1) continue;
        pen.textAlign = sign < 0 ? "right" : "left";
        pen.fillText(sign < 0 ? "−1×" : "+1×", x + sign * 4, plot.top + 12);
      }
    }
    pen.restore();
  }

  #pin(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const { pin } = scene.state;
    if (pin === null) return;
    const { plot } = this;
    const x = plot.px(pin);
    if (x < plot.left || x > plot.right) return;
    pen.save();
    pen.strokeStyle = colours["ink"]!;
    pen.fillStyle = colours["ink"]!;
    pen.beginPath();
    pen.moveTo(x, plot.top);
    pen.lineTo(x, plot.foot);
    pen.stroke();
    pen.fillRect(x - 3, plot.top - 3, 6, 6);
    pen.restore();
  }

  #handle(pen: CanvasRenderingContext2D, scene: Scene, colours: Record<string, string>): void {
    const { plot } = this;
    const x = plot.px(scene.place);
    if (x < plot.left - 1 || x > plot.right + 1) return;
    pen.strokeStyle = colours["ink"]!;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.arc(x, this.#heightAt(scene, scene.place), 3.5, 0, 7);
    pen.stroke();
    pen.beginPath();
    pen.arc(x, plot.foot, 7, 0, 7);
    pen.fillStyle = colours["page"]!;
    pen.fill();
    pen.strokeStyle = colours["state"]!;
    pen.lineWidth = 2;
    pen.stroke();
    pen.beginPath();
    for (const side of [-2, 2]) {
      pen.moveTo(x + side, plot.foot - 3);
      pen.lineTo(x + side, plot.foot + 3);
    }
    pen.stroke();
  }
}

export class CoherenceMap {
  readonly plot: Plot;
  #colours: { isDark: boolean; ramp: Uint32Array } | null = null;

  constructor(host: HTMLElement, readonly scene: () => Scene | null) {
    this.plot = new Plot(host, { top: 26 }, (pen) => this.#paint(pen), (pen) => this.#mark(pen));
  }

  repaint(): void {
    this.#colours = null;
    this.plot.redraw();
  }

  /** Coherence at a place and a carrier, NaN where nothing is known. */
  at(cells: Cells, end: number, place: number, carrier: number): number {
    const column = Math.floor((place / end) * cells.columns);
    const row = Math.floor(carrier * cells.rows);
    const share = cells.shares[row * cells.columns + column];
    return share === undefined || share === 255 || column < 0 || column >= cells.columns
      ? NaN
      : (share / 254) * cells.top;
  }

  #ramp(scene: Scene): Uint32Array {
    const isDark = scene.isDark();
    if (this.#colours?.isDark !== isDark) {
      const stops = scene.curves.head.temper[isDark ? "dark" : "light"];
      this.#colours = { isDark, ramp: palette(stops, scene.colours()["well"]!) };
    }
    return this.#colours!.ramp;
  }

  #paint(pen: CanvasRenderingContext2D): void {
    const scene = this.scene();
    const cells = scene?.curves.cells;
    if (!scene || !cells) return;
    const { plot } = this;
    const colours = scene.colours();
    plot.y = { from: 0, to: cells.carrierEnd / 1000 };
    drawCells(pen, plot, { ...cells, end: cells.end / scene.reader.perUnit }, this.#ramp(scene));
    axes(pen, plot, { head: "kHz", scale: shownScale(scene), yCount: 3, colours: { ...colours, line: "transparent" } });
    this.#key(pen, scene, cells.top, colours);
    const band = scene.curves.head.band_hz;
    if (!band) return;
    const [low, high] = [plot.py(band[0] / 1000), plot.py(Math.min(band[1] / 1000, plot.y.to))];
    pen.save();
    pen.strokeStyle = pen.fillStyle = colours["ink"]!;
    pen.setLineDash([5, 4]);
    pen.lineWidth = 1.2;
    pen.strokeRect(plot.left + 0.5, high, plot.right - plot.left - 1, Math.max(1, low - high));
    pen.restore();
    const words = scene.words["band"]!.replace("{low}", fixed(band[0] / 1000, 1)).replace("{high}", fixed(band[1] / 1000, 1));
    pen.fillStyle = colours["ink2"]!;
    pen.textAlign = "right";
    pen.fillText(words, plot.right - 130, plot.top - 9);
    pen.textAlign = "left";
  }

  /** Eight pixels high, top right, with both end values. */
  #key(pen: CanvasRenderingContext2D, scene: Scene, top: number, colours: Record<string, string>): void {
    const { plot } = this;
    const ramp = this.#ramp(scene);
    const [left, wide, y] = [plot.right - 96, 64, plot.top - 17];
    for (let x = 0; x < wide; x++) {
      const colour = ramp[Math.round((x / (wide - 1)) * 254)]!;
      pen.fillStyle = `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
      pen.fillRect(left + x, y, 1.5, 8);
    }
    pen.strokeStyle = colours["rule"]!;
    pen.strokeRect(left, y, wide, 8);
    pen.fillStyle = colours["ink3"]!;
    pen.fillText(fixed(top, 2), left + wide + 5, y + 8);
    pen.textAlign = "right";
    pen.fillText("0", left - 5, y + 8);
    pen.textAlign = "left";
  }

  #mark(pen: CanvasRenderingContext2D): void {
    const scene = this.scene();
    if (!scene?.curves.cells) return;
    const { plot } = this;
    const colours = tinted(scene);
    pen.fillStyle = colours["state"]!;
    for (let k = 1; k <= HARMONICS; k++) {
      const x = plot.px(k * scene.place);
      if (x < plot.left || x > plot.right) continue;
      pen.beginPath();
      pen.moveTo(x - 4, plot.top - 7);
      pen.lineTo(x + 4, plot.top - 7);
      pen.lineTo(x, plot.top - 1);
      pen.fill();
    }
    const x = plot.px(scene.place);
    if (x < plot.left || x > plot.right) return;
    pen.strokeStyle = colours["ink"]!;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    pen.moveTo(x, plot.top);
    pen.lineTo(x, plot.foot);
    pen.stroke();
    pen.globalAlpha = 1;
  }
}

/** The curve of the recording beside on the same axis; none where it is another quantity: without a floor, say. */
function besideRow(scene: Scene, other: Curves): Row | null {
  const { curves, state, reader } = scene;
  if ((other.floor === null) !== (curves.floor === null)) return null;
  return rowOf(other, state.scale, curves.head.shaft_hz ? (other.head.shaft_hz ?? reader.perUnit) : 1);
}

/** Level, or dB over the floor (over the greatest level where there is no floor), over places. */
function rowOf(curves: Curves, scale: State["scale"], perUnit: number): Row {
  const { envelope, floor } = curves;
  const values = envelope?.values ?? new Float32Array(0);
  const step = (envelope?.step ?? 1) / perUnit;
  if (scale === "linear") return { values, start: 0, step };
  const most = values.reduce((one, two) => Math.max(one, two), 0) || 1;
  const decibels = values.map((each, index) => {
    const ratio = floor ? each / (floor[index] || Infinity) : each / most;
    return Math.max(floor ? LOWEST_DB : -80, 20 * Math.log10(ratio || 1e-9));
  });
  return { values: decibels, start: 0, step };
}

function pennant(pen: CanvasRenderingContext2D, x: number, y: number, long: number, isLeft: boolean): void {
  const sign = isLeft ? -1 : 1;
  const far = x + sign * long;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(far, y);
  pen.lineTo(far - sign * 5, y + 8);
  pen.lineTo(far, y + 16);
  pen.lineTo(x, y + 16);
  pen.closePath();
}

/** Words on the state's own colour: the page's ground, or near black on yellow. */
function inkOn(colours: Record<string, string>): string {
  return colours["state"] === "#B67C00" || colours["state"] === "#EFC242" ? "#11181B" : colours["on-accent"]!;
}

export function whole(scene: Scene): Span {
  return { from: 0, to: scene.reader.last * scene.reader.step };
}
