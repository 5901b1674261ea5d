/** What is looked at, kept in the address: a link shows the same to whoever opens it. */
import type { Family } from "./curves.ts";
import type { Span } from "./plot.ts";

export type Chosen = Family | "free";

export interface State {
  family: Chosen;
  /** The family that the page shows where the address names none. */
  usual: Chosen | null;
  /** Place of the cursor in orders (Hz where no speed is known); null: where the diagnosis found the line. */
  at: number | null;
  pin: number | null;
  axis: "order" | "hz";
  /** No speed is known: what is chosen here would mean nothing once one is. */
  isPlain: boolean;
  scale: "linear" | "db";
  /** Spans in orders or Hz, in seconds, in Hz; null: as a whole. */
  zoom: Span | null;
  time: Span | null;
  band: Span | null;
}

const OWN = ["family", "at", "pin", "axis", "scale", "zoom", "time", "band"] as const;
const PAUSE_MS = 200;

export function readState(family: Chosen): State {
  const said = new URLSearchParams(location.search);
  const number = (name: string): number | null => {
    const value = parseFloat(said.get(name) ?? "");
    return Number.isFinite(value) ? value : null;
  };
  const span = (name: string): Span | null => {
    const [from = NaN, to = NaN] = (said.get(name) ?? "").split("..").map(Number);
    return to > from ? { from, to } : null;
  };
  return {
    family,
    usual: said.has("family") ? null : family,
    at: number("at"),
    pin: number("pin"),
    axis: said.get("axis") === "hz" ? "hz" : "order",
    isPlain: false,
    scale: said.get("scale") === "db" ? "db" : "linear",
    zoom: span("zoom"),
    time: span("time"),
    band: span("band"),
  };
}

let due = 0;

/** The address, the form of the language, forms and links that go on from here, a moment later. */
export function writeState(state: State): void {
  clearTimeout(due);
  due = setTimeout(() => put(state), PAUSE_MS);
}

function put(state: State): void {
  const said = new URLSearchParams(location.search);
  const written = words(state);
  for (const name of OWN) {
    const value = written[name];
    if (value) said.set(name, value);
    else said.delete(name);
  }
  const query = said.toString();
  const path = location.pathname + (query ? `?${query}` : "");
  history.replaceState(null, "", path);
  for (const next of document.querySelectorAll<HTMLInputElement>("input[name=next]")) next.value = path;
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-follows]")) {
    const { family, axis, scale } = written;
    link.search = new URLSearchParams(Object.entries({ family, axis, scale }).filter(([, value]) => value)).toString();
  }
}

/** Take what the address says into a form that is about to go, but for its own fields and for what it leaves behind. */
export function carry(form: HTMLFormElement): void {
  for (const old of form.querySelectorAll("input[type=hidden]")) old.remove();
  const left = (form.dataset["leaves"] ?? "").split(" ");
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (left.includes(name) || form.querySelector(`[name="${CSS.escape(name)}"]`)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
}

function words(state: State): Record<(typeof OWN)[number], string> {
  const number = (value: number | null): string => (value === null ? "" : String(Number(value.toPrecision(7))));
  const span = (value: Span | null): string => (value ? `${number(value.from)}..${number(value.to)}` : "");
  const { isPlain } = state;
  return {
    family: isPlain || state.family === state.usual ? "" : state.family,
    at: isPlain ? "" : number(state.at),
    pin: isPlain ? "" : number(state.pin),
    axis: !isPlain && state.axis === "hz" ? "hz" : "",
    scale: state.scale === "db" ? "db" : "",
    zoom: isPlain ? "" : span(state.zoom),
    time: span(state.time),
    band: span(state.band),
  };
}
