/** The course of a position: one cursor over all lanes with its values in the head, by pointer, touch or arrow keys;
 * a span drawn with the mouse is shown alone, a recording in the map opened by a click or Enter; drawn again at the width it has; newest values are swapped in place as they arrive. */
import { ask } from "../ask.ts";
import { bindKeys } from "../keys.ts";
import type { LiveEvent } from "../live.ts";

interface Lane {
  name: string;
  head: string;
  unit: string;
  low: number;
  high: number;
  top: number;
  foot: number;
  times: number[];
  values: (number | null)[];
}

interface Course {
  start: number;
  end: number;
  left: number;
  right: number;
  top: number;
  foot: number;
  width: number;
  zone: string;
  lang: string;
  lanes: Lane[];
  recordings: [number, string][];
}

const SVG = "http://www.w3.org/2000/svg";
const REDRAW_SLACK_PX = 24;
const REDRAW_PAUSE_MS = 60_000;
const NEAR_PX = 9;
const LEAST_DRAG_PX = 12;
const LEAST_SPAN_S = 3600;

export default function course(figure: HTMLElement): void {
  let told = JSON.parse(figure.dataset["course"] ?? "{}") as Course;
  const reading = document.querySelector<HTMLElement>("[data-reading]");
  const newest = reading ? [...reading.children].map((each) => each.innerHTML) : [];
  let at: number | null = null;
  let lastDrawn = performance.now();

  const placeOf = (time: number): number =>
    told.left + ((time - told.start) / (told.end - told.start)) * (told.right - told.left);

  const show = (time: number | null): void => {
    at = time;
    const layer = figure.querySelector("[data-cursor]");
    layer?.replaceChildren();
    if (!reading) return;
    if (time === null || !layer) {
      [...reading.children].forEach((each, number) => (each.innerHTML = newest[number] ?? ""));
      return;
    }
    const x = placeOf(time);
    layer.append(made("line", { x1: x, x2: x, y1: told.top - 4, y2: told.foot }));
    const clock = new Intl.DateTimeFormat(told.lang === "zh" ? "zh-CN" : "en-GB", {
      timeZone: told.zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    });
    const when = reading.querySelector("[data-moment]");
    if (when) when.textContent = clock.format(time * 1000);
    for (const lane of told.lanes) {
      const number = nearest(lane.times, time);
      const found = number < 0 || Math.abs(placeOf(lane.times[number] ?? 0) - x) > NEAR_PX ? null : lane.values[number] ?? null;
      const value = reading.querySelector<HTMLElement>(`[data-lane="${CSS.escape(lane.name)}"] b`);
      if (value) value.textContent = found === null ? "–" : written(found);
      if (found === null) continue;
      const share = (found - lane.low) / (lane.high - lane.low);
      layer.append(made("circle", { cx: x, cy: lane.foot - share * (lane.foot - lane.top), r: 4 }));
    }
  };

  const timeAt = (event: PointerEvent | MouseEvent): number => {
    const box = figure.querySelector("svg")?.getBoundingClientRect() ?? figure.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * told.width;
    const share = (x - told.left) / (told.right - told.left);
    return told.start + Math.min(1, Math.max(0, share)) * (told.end - told.start);
  };

  let from: number | null = null;
  figure.addEventListener("pointermove", (event) => {
    show(timeAt(event));
    if (from !== null) choose(from, timeAt(event));
  });
  figure.addEventListener("pointerdown", (event) => {
    show(timeAt(event));
    if (event.pointerType === "mouse" && event.button === 0) from = timeAt(event);
  });
  figure.addEventListener("pointerup", (event) => {
    const [first, last] = [from ?? 0, timeAt(event)].sort((one, other) => one - other) as [number, number];
    if (from !== null && placeOf(last) - placeOf(first) > LEAST_DRAG_PX && last - first >= LEAST_SPAN_S) {
      const address = new URL(location.href);
      address.searchParams.set("start", String(Math.round(first)));
      address.searchParams.set("end", String(Math.round(last)));
      location.assign(address);
    }
    from = null;
  });

  /** The span that is being drawn with the mouse. */
  const choose = (first: number, last: number): void => {
    const [left, right] = [placeOf(first), placeOf(last)].sort((one, other) => one - other) as [number, number];
    if (right - left <= LEAST_DRAG_PX) return;
    const area = made("rect", { x: left, y: told.top, width: right - left, height: told.foot - told.top });
    area.setAttribute("class", "chosen");
    figure.querySelector("[data-cursor]")?.prepend(area);
  };
  figure.addEventListener("pointerleave", (event) => {
    from = null;
    if (event.pointerType === "mouse") show(null);
  });
  /** The recording under the cursor, as the address of its page. */
  const recordingAt = (time: number | null): string | null => {
    const hit = time === null ? undefined : told.recordings.find(([each]) => Math.abs(placeOf(each) - placeOf(time)) < NEAR_PX);
    return hit ? `${figure.dataset["recordings"] ?? ""}/${encodeURIComponent(hit[1])}` : null;
  };
  const isOnMap = (event: Event): boolean => (event.target as Element).classList.contains("map");
  figure.addEventListener("click", (event) => {
    const address = isOnMap(event) ? recordingAt(timeAt(event)) : null;
    if (address) location.assign(address);
  });
  figure.addEventListener("pointermove", (event) => {
    figure.classList.toggle("on-recording", isOnMap(event) && recordingAt(timeAt(event)) !== null);
  });
  const step = (event: KeyboardEvent): unknown => {
    const times = told.lanes[0]?.times ?? told.recordings.map(([each]) => each);
    if (times.length === 0) return false;
    const by = (event.shiftKey ? 10 : 1) * (event.key === "ArrowLeft" ? -1 : 1);
    const now = at === null ? times.length : nearest(times, at);
    const next = event.key === "Home" ? 0 : event.key === "End" ? times.length - 1 : Math.min(times.length - 1, Math.max(0, now + by));
    if (reading) reading.setAttribute("aria-live", "polite");
    return show(times[next] ?? null);
  };
  bindKeys(figure, [
    { keys: ["ArrowLeft", "ArrowRight"], name: "cursor", act: step },
    { keys: ["Home", "End"], name: "ends", act: step },
    {
      keys: ["Enter"],
      name: "recording",
      act: () => {
        const address = recordingAt(at);
        return address ? location.assign(address) : false;
      },
    },
    { keys: ["Escape"], name: "newest", act: () => (at === null ? false : show(null)) },
  ]);

  const redraw = async (): Promise<void> => {
    lastDrawn = performance.now();
    const address = new URL(location.href);
    address.searchParams.set("width", String(Math.round(figure.clientWidth)));
    const answer = await ask(address, () => figure.isConnected).catch(() => null);
    if (!answer) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("course");
    const drawn = fresh?.querySelector("svg");
    if (!fresh || !drawn) return;
    figure.querySelector("svg")?.replaceWith(drawn);
    told = JSON.parse(fresh.dataset["course"] ?? "{}") as Course;
    const now = page.querySelector("[data-reading]");
    if (reading && now?.children.length === newest.length) {
      [...now.children].forEach((each, number) => (newest[number] = each.innerHTML));
    }
    show(at);
  };

  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    if (Math.abs(figure.clientWidth - told.width) > REDRAW_SLACK_PX) waiting = window.setTimeout(() => void redraw(), 120);
  }).observe(figure);

  const mend = (): void => void redraw();
  document.addEventListener("lz:gap", mend);
  const hear = (event: Event): void => {
    if (!figure.isConnected) {
      document.removeEventListener("lz:event", hear);
      document.removeEventListener("lz:gap", mend);
      return;
    }
    const { organisation, position, facts } = (event as CustomEvent<LiveEvent>).detail;
    if (`${organisation}/${position}` !== figure.dataset["position"]) return;
    const latest = (facts["latest"] ?? {}) as Record<string, [number, number | null, string, string]>;
    [...(reading?.children ?? [])].forEach((each, number) => {
      const name = each.getAttribute("data-lane");
      const value = name ? latest[name]?.[1] : undefined;
      if (value === undefined || value === null) return;
      const copy = each.cloneNode(true) as HTMLElement;
      copy.innerHTML = newest[number] ?? "";
      const bold = copy.querySelector("b");
      if (bold) bold.textContent = written(value);
      newest[number] = copy.innerHTML;
    });
    if (at === null) show(null);
    if (performance.now() - lastDrawn > REDRAW_PAUSE_MS && !document.hidden) void redraw();
  };
  document.addEventListener("lz:event", hear);
}

/** Index of the time that is nearest, times rising; −1 where there is none. */
function nearest(times: number[], time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle;
    else high = middle;
  }
  if (times.length === 0) return -1;
  return Math.abs((times[low] ?? 0) - time) <= Math.abs((times[high] ?? 0) - time) ? low : high;
}

/** Three significant digits, true minus, narrow spaces in thousands: as the server writes numbers. */
function written(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const [whole = "", part = ""] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const rest = part.replace(/0+$/, "");
  return `${value < 0 ? "\u2212" : ""}${grouped}${rest ? `.${rest}` : ""}`;
}

function made(name: string, attributes: Record<string, number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(Math.round(value * 10) / 10));
  return element;
}
