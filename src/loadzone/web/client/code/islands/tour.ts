/** The guided tour: a card beside one element after another, over pages; where it stands is kept in the browser. */

const KEPT = "loadzone-tour";
const GAP = 10;
const AWAY = 16;
const BAR = 60;

interface Standing {
  step: number;
  way: number;
  position?: string;
}

interface Step {
  at: string;
  path: string;
  name: string;
  words: string;
}

export default function tour(card: HTMLElement): void {
  const steps: Step[] = [...card.querySelectorAll<HTMLElement>("[data-at]")].map((each) => ({
    at: each.dataset["at"] ?? "",
    path: each.dataset["path"] ?? "/",
    name: each.dataset["name"] ?? "",
    words: each.textContent ?? "",
  }));
  const ring = document.createElement("div");
  ring.className = "tour-ring";
  ring.hidden = true;
  card.before(ring);
  const next = card.querySelector<HTMLButtonElement>("[data-next]");
  const back = card.querySelector<HTMLButtonElement>("[data-back]");
  if (!next || !back) return;
  const onward = next.textContent ?? "";
  let now: Standing | null = read();

  const pathOf = (step: Step): string => (step.path === "position" ? (now?.position ?? "") : step.path);
  const target = (): HTMLElement | null => {
    const step = steps[now?.step ?? -1];
    for (const each of step ? step.at.split(", ") : []) {
      const found = document.querySelector<HTMLElement>(each);
      if (found && found.getClientRects().length > 0) return found;
    }
    return null;
  };

  const place = (): void => {
    const element = target();
    if (!now || !element || card.hidden) return;
    const at = element.getBoundingClientRect();
    const top = Math.max(at.top, 0);
    const foot = Math.min(at.bottom, innerHeight);
    Object.assign(ring.style, {
      left: `${at.left - 6}px`,
      top: `${at.top - 6}px`,
      width: `${at.width + 12}px`,
      height: `${at.height + 12}px`,
    });
    const own = card.getBoundingClientRect();
    const [wide, high] = [innerWidth - own.width - GAP, innerHeight - own.height - GAP];
    const places: [number, number][] = [
      [at.left, foot + AWAY],
      [at.left, top - own.height - AWAY],
      [at.left - own.width - AWAY, Math.max(top, BAR)],
      [at.right + AWAY, Math.max(top, BAR)],
    ];
    const fits = ([x, y]: [number, number], way: number): boolean =>
      y >= GAP && y <= high && (way < 2 || (x >= GAP && x <= wide));
    const [x, y] = places.find(fits) ?? [at.left, high];
    card.style.left = `${Math.max(GAP, Math.min(x, wide - GAP))}px`;
    card.style.top = `${Math.max(GAP, y)}px`;
  };

  const show = (): void => {
    const step = now ? steps[now.step] : undefined;
    const isHere = step !== undefined && location.pathname === pathOf(step);
    card.hidden = ring.hidden = !isHere;
    if (!now || !step || !isHere) return;
    const element = target();
    if (!element) return void go(now.way);
    write(now);
    fill("#tour-name", step.name);
    fill("#tour-words", step.words);
    fill("[data-count]", `${now.step + 1} / ${steps.length}`);
    next.textContent = now.step === steps.length - 1 ? (next.dataset["endName"] ?? onward) : onward;
    back.disabled = now.step === 0;
    const isSmall = element.getBoundingClientRect().height < innerHeight * 0.6;
    element.scrollIntoView({ block: isSmall ? "center" : "nearest", behavior: calm() ? "auto" : "smooth" });
    place();
    card.focus({ preventScroll: true });
  };
  const fill = (where: string, words: string): void => {
    const found = card.querySelector(where);
    if (found) found.textContent = words;
  };

  const go = (way: number): void => {
    if (!now) return;
    const worst = document.querySelector<HTMLAnchorElement>("[data-tour=worst] a.whole, table.worst a.whole");
    const position = worst && location.pathname === "/" ? worst.pathname : now.position;
    now = { step: now.step + way, way, ...(position ? { position } : {}) };
    while (steps[now.step] && pathOf(steps[now.step] as Step) === "") now = { ...now, step: now.step + way };
    const step = steps[now.step];
    if (!step) return end();
    write(now);
    if (location.pathname === pathOf(step)) show();
    else location.assign(pathOf(step));
  };
  const end = (): void => {
    now = null;
    localStorage.removeItem(KEPT);
    card.hidden = ring.hidden = true;
    document.querySelector<HTMLElement>(".menu > summary")?.focus();
  };

  next.addEventListener("click", () => go(1));
  back.addEventListener("click", () => go(-1));
  card.querySelector("[data-end]")?.addEventListener("click", end);
  card.addEventListener("keydown", (event) => {
    const act = { ArrowRight: () => go(1), ArrowLeft: () => go(-1), Escape: end }[event.key];
    if (!act || (event.key === "ArrowLeft" && now?.step === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  for (const each of document.querySelectorAll<HTMLElement>("[data-tour-start]")) {
    each.addEventListener("click", () => {
      each.closest("details")?.removeAttribute("open");
      now = { step: -1, way: 1 };
      go(1);
    });
  }
  for (const kind of ["scroll", "resize"]) addEventListener(kind, place, { passive: true });
  document.addEventListener("htmx:afterSettle", place);
  document.addEventListener("scrollend", place);
  show();
}

function read(): Standing | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return typeof kept === "object" && kept !== null && "step" in kept && "way" in kept ? (kept as Standing) : null;
  } catch {
    return null;
  }
}

function write(standing: Standing): void {
  localStorage.setItem(KEPT, JSON.stringify(standing));
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
