/** The page of a recording: curves, the harmonic cursor and its table, kept in the address. */
import { Refused } from "../ask.ts";
import { type Curves, fetchCurves, type Line } from "../record/curves.ts";
import { home, nearest, Reader, SYMBOLS, tableLines } from "../record/cursor.ts";
import { bindKeys, zoomStrokes } from "../keys.ts";
import { CoherenceMap, Envelope, type Scene, whole } from "../record/envelope.ts";
import { watchGestures } from "../record/gestures.ts";
import { coloursOf, fixed, significant, type Span, within, zoomed } from "../record/plot.ts";
import { hertzWords, levelWords, Spectrum } from "../record/spectrum.ts";
import { carry, type Chosen, readState, type State, writeState } from "../record/state.ts";
import { Wave } from "../record/wave.ts";

const LEAST_BINS = 24;
/** Curves that take longer are said to be waited for: the server may be away. */
const WAITING_MS = 2_000;

export default function recording(root: HTMLElement): void {
  void new Page(root).load();
}

class Page {
  readonly #words: Record<string, string>;
  readonly #unit: string;
  readonly #state: State;
  readonly #envelope: Envelope;
  readonly #map: CoherenceMap | null;
  readonly #wave: Wave;
  readonly #spectrum: Spectrum;
  #scene: Scene | null = null;
  #colours: Record<string, string>;

  constructor(readonly root: HTMLElement) {
    this.#words = JSON.parse(root.dataset["words"] ?? "{}") as Record<string, string>;
    this.#unit = root.dataset["unit"] ?? "";
    this.#colours = coloursOf(root);
    const chosen = this.#one<HTMLElement>("[data-family][aria-current]")?.dataset["family"] ?? "free";
    this.#state = readState(chosen as Chosen);
    const colours = (): Record<string, string> => this.#colours;
    this.#envelope = new Envelope(this.#host("envelope"), () => this.#scene);
    const map = this.#one<HTMLElement>('[data-plot="map"]');
    this.#map = map ? new CoherenceMap(map, () => this.#scene) : null;
    this.#wave = new Wave(this.#host("wave"), this.#one<HTMLElement>('[data-plot="beside"]'), this.#host("strip"), {
      unit: this.#unit,
      otherUnit: root.dataset["otherUnit"] ?? "",
      colours,
      words: this.#words,
      period: () => this.#period(),
      changed: (span, note) => this.#waveChanged(span, note),
    });
    this.#spectrum = new Spectrum(this.#host("spectrum"), {
      unit: this.#unit,
      colours,
      isDecibels: () => this.#state.scale === "db",
      told: (frequency, level) => this.#tellSpectrum(frequency, level),
      changed: (span) => this.#put({ band: span }),
    });
    this.#watch();
  }

  async load(): Promise<void> {
    const before = this.#one('[data-told="wave"]')?.textContent ?? "";
    const waiting = setTimeout(() => this.#tell("wave", this.#words["waiting"] ?? ""), WAITING_MS);
    try {
      const other = this.root.dataset["other"];
      const [curves, beside] = await Promise.all([
        fetchCurves(this.root.dataset["curves"] ?? ""),
        other ? fetchCurves(other) : null,
      ]);
      clearTimeout(waiting);
      this.#tell("wave", before);
      this.#begin(curves, beside);
      await this.#wave.load(curves, beside, this.#state.time);
      this.root.dataset["drawn"] = "true";
    } catch (error) {
      clearTimeout(waiting);
      this.root.dataset["drawn"] = "failed";
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell("wave", this.#say(error instanceof Refused ? "refused" : "failed", { reason }));
    }
  }

  #begin(curves: Curves, other: Curves | null): void {
    const reader = new Reader(curves);
    const state = this.#state;
    if (!curves.head.shaft_hz) Object.assign(state, { axis: "hz", family: "free", isPlain: true });
    const place = state.at ?? home(curves, state.family) ?? this.#highest(reader);
    this.#scene = {
      curves,
      reader,
      other,
      otherReader: other && new Reader(other),
      state,
      place,
      words: this.#words,
      colours: () => this.#colours,
      isDark: () => this.#isDark(),
    };
    for (const [name, row] of [["envelope", curves.envelope], ["spectrum", curves.spectrum]] as const) {
      if (!row) this.#host(name).closest("section")!.hidden = true;
    }
    const isAlike = this.root.dataset["otherUnit"] === this.#unit;
    this.#spectrum.load(curves.spectrum, isAlike ? (other?.spectrum ?? null) : null, state.band);
    this.#zoom(state.zoom ?? whole(this.#scene));
    this.#buttons();
    this.#moved();
  }

  #highest(reader: Reader): number {
    let best = 1;
    for (let bin = 1; bin <= reader.last; bin++) if (reader.level(bin) > reader.level(best)) best = bin;
    return best * reader.step;
  }

  // what is chosen

  #put(changes: Partial<State>): void {
    Object.assign(this.#state, changes);
    if (this.#scene) writeState(this.#state);
  }

  #choose(family: Chosen): void {
    const scene = this.#scene;
    if (!scene || (family !== "free" && !scene.curves.head.orders)) return;
    scene.place = home(scene.curves, family) ?? scene.place;
    this.#put({ family, at: family === "free" ? scene.place : null });
    this.#buttons();
    this.#envelope.plot.redraw();
    this.#wave.repaint();
    this.#moved();
  }

  /** Move the cursor to a place, onto its bin. */
  #move(place: number): void {
    const scene = this.#scene;
    if (!scene) return;
    const snapped = scene.reader.snapped(place);
    if (snapped === scene.place) return;
    scene.place = snapped;
    this.#put({ at: snapped });
    this.#moved();
    if (scene.state.family !== "free") this.#wave.plot.remark();
  }

  #flip(name: "axis" | "scale"): void {
    const { axis, scale } = this.#state;
    if (name === "axis" && this.#scene?.curves.head.shaft_hz) this.#put({ axis: axis === "hz" ? "order" : "hz" });
    if (name === "scale") this.#put({ scale: scale === "db" ? "linear" : "db" });
    this.#buttons();
    this.#envelope.plot.redraw();
    this.#map?.plot.redraw();
    this.#spectrum.repaint();
    this.#moved();
  }

  #zoom(wanted: Span): void {
    const scene = this.#scene;
    if (!scene) return;
    const all = whole(scene);
    const span = within(wanted, all, LEAST_BINS * scene.reader.step);
    this.#put({ zoom: span.from <= all.from && span.to >= all.to ? null : span });
    this.#envelope.plot.x = span;
    this.#envelope.plot.redraw();
    if (this.#map) {
      this.#map.plot.x = span;
      this.#map.plot.redraw();
    }
  }

  #zoomBy(step: "in" | "out" | "all"): void {
    const scene = this.#scene;
    if (!scene) return;
    const { x } = this.#envelope.plot;
    const middle = scene.place > x.from && scene.place < x.to ? scene.place : (x.from + x.to) / 2;
    this.#zoom(step === "all" ? whole(scene) : zoomed(x, middle, step === "in" ? 0.5 : 2));
  }

  // what is shown

  #moved(): void {
    this.#envelope.plot.remark();
    this.#map?.plot.remark();
    this.#readOut();
  }

  #readOut(): void {
    const scene = this.#scene;
    if (!scene?.curves.envelope) return;
    const { reader, place, state, curves } = scene;
    const bin = reader.bin(place);
    const hertz = `${fixed(reader.hertz(place), 1)} Hz`;
    const order = fixed(place, 3);
    const isHertz = state.axis === "hz";
    const isHome = state.family !== "free" && place === home(curves, state.family);
    const lines = tableLines(reader, state.family, place, isHome);
    const isFound = isHome && lines[0]?.found !== null;
    const decibels = isFound ? (lines[0]?.over_floor_db ?? NaN) : reader.decibels(bin);
    this.#read("place", isHertz ? fixed(reader.hertz(place), 1) : order);
    const orderWords = curves.head.shaft_hz ? `${this.#words["order"]!} ${order}` : "Hz";
    this.#read("frequency", isHertz ? orderWords : `${this.#words["order"]!}, ${hertz}`);
    this.#offset(scene);
    this.#read("level", curves.floor ? fixed(decibels, 1) : significant(reader.level(bin)));
    this.#beside(scene);
    this.#table(lines);
    this.#spoken(scene, order, hertz, decibels);
  }

  /** The recording beside at the same order. */
  #beside(scene: Scene): void {
    if (!scene.other?.floor || !scene.otherReader) return;
    const near = scene.otherReader.near(scene.place);
    this.#read("beside", this.#say("beside", { level: fixed(near?.decibels, 1) }));
  }

  #offset(scene: Scene): void {
    const { state, place, curves } = scene;
    if (state.pin !== null) {
      const distance = place - state.pin;
      const isHertz = state.axis === "hz";
      this.#read("off", fixed(isHertz ? scene.reader.hertz(distance) : distance, isHertz ? 1 : 3));
      this.#read("of", this.#say("from_pin", { distance: isHertz ? "Hz" : this.#words["order"]! }));
      return;
    }
    const { orders } = curves.head;
    const target =
      state.family !== "free" && orders
        ? { name: SYMBOLS[state.family], nominal: orders[state.family] }
        : nearest(curves, place);
    this.#read("off", target ? `${fixed(100 * (place / target.nominal - 1), 2)} %` : "–");
    const line = target ? `${target.name} ${fixed(target.nominal, 3)}` : "";
    this.#read("of", target ? this.#say(state.family === "free" ? "nearest" : "off", { line }) : "\u00a0");
  }

  #table(lines: Line[]): void {
    const body = this.#one<HTMLTableSectionElement>("[data-lines]");
    if (!body) return;
    while (body.rows.length > lines.length) body.deleteRow(-1);
    lines.forEach((line, index) => {
      const row = body.rows[index] ?? newRow(body);
      const cells = [line.label, fixed(line.nominal, 3), fixed(line.found, 3), `${fixed(line.over_floor_db, 1)} dB`];
      cells.forEach((words, column) => {
        const cell = row.cells[column]!;
        const target = column === 3 ? cell.firstElementChild! : cell;
        if (target.textContent !== words) target.textContent = words;
      });
    });
  }

  #spoken(scene: Scene, order: string, hertz: string, decibels: number): void {
    const { host } = this.#envelope.plot;
    const frequency = hertz.replace(" Hz", "");
    const words = scene.curves.head.shaft_hz
      ? this.#say("spoken", { order, frequency, level: fixed(decibels, 1) })
      : this.#say("spoken_hz", { frequency });
    host.setAttribute("aria-valuetext", words);
    host.setAttribute("aria-valuemax", String(whole(scene).to));
    host.setAttribute("aria-valuenow", String(Number(scene.place.toPrecision(6))));
  }

  #buttons(): void {
    for (const link of this.#all<HTMLElement>("[data-family]")) {
      if (link.dataset["family"] === this.#state.family) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const name of ["axis", "scale"] as const) {
      for (const button of this.#all<HTMLElement>(`[data-${name}]`)) {
        button.setAttribute("aria-pressed", String(button.dataset[name] === this.#state[name]));
      }
    }
    this.#one("[data-pin]")?.setAttribute("aria-pressed", String(this.#state.pin !== null));
  }

  #period(): { seconds: number; name: string; isFound: boolean } | null {
    const scene = this.#scene;
    const shaft = scene?.curves.head.shaft_hz;
    if (!scene || !shaft || scene.state.family === "free" || scene.place < 1) return null;
    const { family } = scene.state;
    return { seconds: 1 / (shaft * scene.place), name: SYMBOLS[family], isFound: scene.curves.head.faults.includes(family) };
  }

  #waveChanged(span: Span | null, note: string): void {
    this.#put({ time: span });
    if (note) this.#tell("wave", note);
  }

  // what is done

  #watch(): void {
    const { root } = this;
    root.addEventListener("click", (event) => this.#clicked(event));
    root.addEventListener("submit", (event) => carry(event.target as HTMLFormElement), { capture: true });
    this.#one<HTMLSelectElement>("[data-compare]")?.addEventListener("change", (event) => {
      (event.target as HTMLSelectElement).form?.requestSubmit();
    });
    const zoom = (span: Span): void => this.#zoom(span);
    const pan = (by: number): void => {
      const { x } = this.#envelope.plot;
      this.#zoom({ from: x.from + by, to: x.to + by });
    };
    watchGestures(this.#envelope.plot, { zoom, pan, move: (place, isDown) => isDown && this.#move(place) });
    if (this.#map) {
      const map = this.#map;
      watchGestures(map.plot, { zoom, pan, move: (place, isDown, y) => this.#overMap(map, place, isDown, y) });
    }
    const move = (event: KeyboardEvent): unknown => this.#step(event);
    bindKeys(this.#envelope.plot.host, [
      ...zoomStrokes((step) => this.#zoomBy(step)),
      { keys: ["Home"], name: "line", act: () => this.#scene && this.#choose(this.#scene.state.family) },
    ]);
    bindKeys(document.body, [{ keys: ["ArrowLeft", "ArrowRight"], name: "cursor", act: move }]);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#themed());
  }

  #clicked(event: MouseEvent): void {
    const target = (event.target as Element).closest<HTMLElement>("[data-family],[data-axis],[data-scale],[data-flip],[data-pin],[data-by]");
    if (!target || !this.#scene) return;
    const { family, axis, scale, flip, by } = target.dataset;
    if (family) {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#choose(family as Chosen);
    } else if (axis && axis !== this.#state.axis) this.#flip("axis");
    else if (scale && scale !== this.#state.scale) this.#flip("scale");
    else if (flip) this.#flip(flip as "axis" | "scale");
    else if (target.dataset["pin"] !== undefined) this.#pin();
    else if (by) {
      const step = by as "in" | "out" | "all";
      const which = target.closest<HTMLElement>("[data-zoom]")?.dataset["zoom"];
      if (which === "wave") this.#wave.by(step);
      else if (which === "spectrum") this.#spectrum.by(step);
      else this.#zoomBy(step);
    }
  }

  #pin(): void {
    this.#put({ pin: this.#state.pin === null && this.#scene ? this.#scene.place : null });
    this.#buttons();
    this.#moved();
  }

  #overMap(map: CoherenceMap, place: number, isDown: boolean, y: number): void {
    const scene = this.#scene;
    const cells = scene?.curves.cells;
    if (!scene || !cells) return;
    if (isDown) this.#move(place);
    const { plot } = map;
    const share = (plot.foot - y) / (plot.foot - plot.top);
    const level = map.at(cells, cells.end / scene.reader.perUnit, place, share);
    if (share < 0 || share > 1 || !Number.isFinite(level)) return;
    const carrier = fixed((share * cells.carrierEnd) / 1000, 2);
    this.#tell("map", this.#say("cell", { carrier, order: fixed(place, 2), level: fixed(level, 3) }));
  }

  /** Arrows move the cursor wherever the focus is, but for what uses them itself. */
  #step(event: KeyboardEvent): unknown {
    const scene = this.#scene;
    if (!scene || /^(INPUT|TEXTAREA|SELECT|AUDIO)$/.test((event.target as HTMLElement).tagName)) return false;
    const by = scene.reader.step * (event.shiftKey ? 10 : 1);
    this.#move(event.key === "ArrowLeft" ? scene.place - by : scene.place + by);
    return this.#follow(scene);
  }

  /** Keep a cursor that was moved by keys in view. */
  #follow(scene: Scene): void {
    const { x } = this.#envelope.plot;
    if (scene.place >= x.from && scene.place <= x.to) return;
    const half = (x.to - x.from) / 2;
    this.#zoom({ from: scene.place - half, to: scene.place + half });
  }

  #themed(): void {
    this.#colours = coloursOf(this.root);
    this.#envelope.plot.redraw();
    this.#map?.repaint();
    this.#wave.repaint();
    this.#spectrum.repaint();
  }

  #isDark(): boolean {
    const theme = document.documentElement.dataset["theme"];
    return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  }

  // small help

  #host(name: string): HTMLElement {
    return this.#one<HTMLElement>(`[data-plot="${name}"]`)!;
  }
  #one<T extends Element>(selector: string): T | null {
    return this.root.querySelector<T>(selector);
  }
  #all<T extends Element>(selector: string): Iterable<T> {
    return this.root.querySelectorAll<T>(selector);
  }
  #say(name: string, fields: Record<string, string>): string {
    return Object.entries(fields).reduce((words, [field, value]) => words.replace(`{${field}}`, value), this.#words[name] ?? "");
  }
  #tellSpectrum(frequency: number, level: number): void {
    const fields = { frequency: hertzWords(frequency), level: levelWords(level, this.#unit) };
    const shaft = this.#scene?.curves.head.shaft_hz;
    const words = shaft ? this.#say("at_order", { ...fields, order: fixed(frequency / shaft, 3) }) : this.#say("at", fields);
    this.#tell("spectrum", words);
  }
  #tell(name: string, words: string): void {
    const place = this.#one(`[data-told="${name}"]`);
    if (place) place.textContent = words;
  }
  #read(name: string, words: string): void {
    const place = this.#one(`[data-read="${name}"]`);
    if (place && place.textContent !== words) place.textContent = words;
  }
}

function newRow(body: HTMLTableSectionElement): HTMLTableRowElement {
  const row = body.insertRow();
  for (let column = 0; column < 4; column++) {
    const cell = row.insertCell();
    if (column > 0) cell.className = "number";
    if (column === 3) cell.append(document.createElement("b"));
  }
  return row;
}
