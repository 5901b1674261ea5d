/** The sheet of keys: what every control and every island of this page listens to, read from them when it opens. */
import { isOff, places, type Stroke, SWITCH } from "../keys.ts";

const SIGNS: Record<string, string> = { ArrowLeft: "\u2190", ArrowRight: "\u2192", ArrowUp: "\u2191", ArrowDown: "\u2193", Escape: "Esc" };
/** The other half of a key that needs no telling. */
const SILENT = new Set(["="]);

export default function keySheet(dialog: HTMLElement): void {
  const list = dialog.querySelector<HTMLElement>("[data-list]");
  const off = dialog.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (!(dialog instanceof HTMLDialogElement) || !list) return;
  const words = JSON.parse(dialog.dataset["words"] ?? "{}") as Record<string, string>;

  document.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    const opener = (event.target as Element).closest("[data-keys-open]");
    if (!opener || dialog.open) return;
    opener.closest("details.menu")?.removeAttribute("open");
    if (off) off.checked = !isOff();
    const controls = [...document.querySelectorAll<HTMLElement>("[data-key]")].filter(isFirst);
    const isHere = (each: HTMLElement): boolean => each.closest("header.top, nav.dock") === null;
    list.replaceChildren(
      ...group(words["here"] ?? "", controls.filter(isHere).map(ofControl)),
      ...places
        .filter(({ host }) => host.isConnected && host.getClientRects().length > 0)
        .flatMap(({ host, strokes }) => group(nameOf(host), strokes.map((each) => ofStroke(each, words)))),
      ...group(words["everywhere"] ?? "", controls.filter((each) => !isHere(each)).map(ofControl)),
    );
    dialog.showModal();
  });
  off?.addEventListener("change", () => {
    if (off.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "off");
  });

  const nameOf = (host: HTMLElement): string =>
    host === document.body ? (words["page"] ?? "") : (host.getAttribute("aria-label") ?? host.closest("section")?.querySelector("h2")?.firstChild?.textContent ?? "");
}

/** Of several controls with one key the first has it. */
function isFirst(control: HTMLElement): boolean {
  const found = document.querySelector(`[data-key="${CSS.escape(control.dataset["key"] ?? "")}"]`);
  return found === control && !(control instanceof HTMLButtonElement && control.disabled);
}

function ofControl(control: HTMLElement): [string[], string] {
  const key = control.dataset["key"] ?? "";
  const copy = control.cloneNode(true) as HTMLElement;
  for (const each of copy.querySelectorAll("kbd, svg, small, .count")) each.remove();
  const own = (copy.textContent ?? "").trim().replace(/\s+/g, " ");
  const name = own && own !== key ? own : (control.getAttribute("aria-label") ?? control.title);
  return [key.split(" ").map((each) => SIGNS[each] ?? each), name];
}

function ofStroke(stroke: Stroke, words: Record<string, string>): [string[], string] {
  return [stroke.keys.filter((each) => !SILENT.has(each)).map((each) => SIGNS[each] ?? each), words[stroke.name] ?? stroke.name];
}

function group(name: string, rows: [string[], string][]): HTMLElement[] {
  if (rows.length === 0) return [];
  const heading = document.createElement("h3");
  heading.textContent = name;
  const table = document.createElement("dl");
  for (const [keys, does] of rows) {
    const [row, left, right] = [document.createElement("div"), document.createElement("dt"), document.createElement("dd")];
    left.append(...keys.map((each) => Object.assign(document.createElement("kbd"), { textContent: each })));
    right.textContent = does;
    row.append(left, right);
    table.append(row);
  }
  return [heading, table];
}
