/** The harmonic cursor: which bin it stands on, its multiples and sidebands, and what is read there. */
import type { Curves, Family, Line } from "./curves.ts";
import type { Chosen } from "./state.ts";

export const SYMBOLS: Record<Family, string> = { outer: "BPFO", inner: "BPFI", ball: "2×BSF", cage: "FTF" };
export const HARMONICS = 5;
/** How far the search for a line reaches, of its order and in bins, and from which ratio it counts: as the diagnosis. */
const REACH = 0.004;
const LEAST_BINS = 2;
const FOUND = 6;

/** The bins of an envelope spectrum, read in orders (or Hz where no speed is known). */
export class Reader {
  readonly perUnit: number;
  readonly step: number;
  readonly last: number;

  constructor(readonly curves: Curves) {
    const { envelope, head } = curves;
    this.perUnit = head.shaft_hz ?? 1;
    this.step = (envelope?.step ?? 1) / this.perUnit;
    this.last = (envelope?.values.length ?? 1) - 1;
  }

  bin(place: number): number {
    return Math.min(this.last, Math.max(0, Math.round(place / this.step)));
  }
  snapped(place: number): number {
    return this.bin(place) * this.step;
  }
  hertz(place: number): number {
    return place * this.perUnit;
  }
  level(bin: number): number {
    return this.curves.envelope?.values[bin] ?? NaN;
  }
  /** Level over the floor in dB, none below it: 10 lg of the ratio of powers. */
  decibels(bin: number): number {
    const floor = this.curves.floor?.[bin];
    if (floor === undefined || !(floor > 0)) return NaN;
    return Math.max(0, 20 * Math.log10(this.level(bin) / floor));
  }
  /** The highest bin near a place, if the curve reaches there. */
  near(place: number): { place: number; decibels: number; isFound: boolean } | null {
    const centre = Math.round(place / this.step);
    const reach = Math.max(LEAST_BINS, Math.round(REACH * centre));
    const first = Math.max(1, centre - reach);
    const stop = Math.min(this.last, centre + reach);
    if (first > stop) return null;
    let best = first;
    let most = -1;
    for (let bin = first; bin <= stop; bin++) {
      const ratio = this.level(bin) / (this.curves.floor?.[bin] ?? 1);
      if (ratio > most) [best, most] = [bin, ratio];
    }
    return { place: best * this.step, decibels: this.decibels(best), isFound: this.curves.floor !== null && most * most >= FOUND };
  }
}

/** Where the diagnosis found a family's first line, else where it should stand. */
export function home(curves: Curves, family: Chosen): number | null {
  if (family === "free") return null;
  const line = curves.head.lines.find((each) => each.family === family);
  return line ? (line.found ?? line.nominal) : (curves.head.orders?.[family] ?? null);
}

/** Distance of a family's sidebands in orders, 0 where it has none. */
export function spacing(curves: Curves, family: Chosen): number {
  if (family === "outer" || family === "inner") return 1;
  return family === "ball" ? (curves.head.orders?.cage ?? 0) : 0;
}

/** Lines of the table: those of the diagnosis where the cursor stands on its line, else what lies under the cursor. */
export function tableLines(reader: Reader, family: Chosen, place: number, isHome: boolean): Line[] {
  const { head } = reader.curves;
  if (family !== "free" && isHome) {
    const isSide = (line: Line): number => (/^[−+]/.test(line.label) ? 1 : 0);
    return head.lines.filter((line) => line.family === family).sort((one, two) => isSide(one) - isSide(two));
  }
  const nominal = family === "free" ? place : (head.orders?.[family] ?? place);
  const told = (label: string, at: number, should: number): Line => {
    const near = reader.near(at);
    return {
      family: family === "free" ? "outer" : family,
      label,
      nominal: should,
      found: near?.isFound ? near.place : null,
      over_floor_db: near?.decibels ?? NaN,
    };
  };
  const lines: Line[] = [];
  for (let k = 1; k <= HARMONICS; k++) {
    const first = family === "free" ? "1×" : SYMBOLS[family];
    lines.push(told(k === 1 ? first : `${k}×`, k * place, k * nominal));
  }
  const side = family === "inner" || family === "ball" ? spacing(reader.curves, family) : 0;
  if (side) for (const [label, sign] of [["−1×", -1], ["+1×", 1]] as const) {
    lines.push(told(label, place + sign * side, nominal + sign * side));
  }
  return lines;
}

/** The multiple of a defect order that is nearest to a place: its name, where it should stand. */
export function nearest(curves: Curves, place: number): { name: string; nominal: number } | null {
  const { orders, shaft_hz: shaft } = curves.head;
  if (!orders || !shaft || place <= 0) return null;
  let best: { name: string; nominal: number } | null = null;
  for (const family of Object.keys(SYMBOLS) as Family[]) {
    for (let k = 1; k <= HARMONICS; k++) {
      const nominal = k * orders[family];
      if (!best || Math.abs(place / nominal - 1) < Math.abs(place / best.nominal - 1)) {
        best = { name: k === 1 ? SYMBOLS[family] : `${k} × ${SYMBOLS[family]}`, nominal };
      }
    }
  }
  return best;
}
