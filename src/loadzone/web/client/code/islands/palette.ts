/** Search from anywhere: the field in the top bar opens a dialog that shows what is found while one types. */
import { ask, Refused } from "../ask.ts";

const PAUSE_MS = 120;
/** What takes longer is said: the server may be away. */
const WAITING_MS = 800;

export default function palette(form: HTMLElement): void {
  const field = form.querySelector<HTMLInputElement>("input");
  if (!(form instanceof HTMLFormElement) || !field) return;
  const dialog = document.createElement("dialog");
  dialog.className = "palette";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = field.placeholder;
  input.setAttribute("aria-label", field.placeholder);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", "palette-hits");
  const key = document.createElement("kbd");
  key.textContent = "Esc";
  const head = document.createElement("div");
  head.className = "asked";
  head.append(input, key);
  const hits = document.createElement("div");
  hits.id = "palette-hits";
  hits.className = "hits";
  dialog.append(head, hits);
  document.body.append(dialog);

  let asked = "";
  let timer = 0;
  const search = async (): Promise<void> => {
    const query = (asked = input.value);
    const isWanted = (): boolean => dialog.open && query === asked;
    const waiting = setTimeout(() => isWanted() && hits.replaceChildren(line(form.dataset["waiting"] ?? "")), WAITING_MS);
    const answer = await ask(`/search?q=${encodeURIComponent(query)}`, isWanted).catch((error: unknown) => {
      if (error instanceof Refused) hits.replaceChildren(line(error.message));
      return null;
    });
    clearTimeout(waiting);
    if (!answer) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("#hits");
    if (query !== asked || !found) return;
    hits.replaceChildren(...[...found.childNodes].map((each) => document.adoptNode(each)));
    choose(0);
  };
  const links = (): HTMLAnchorElement[] => [...hits.querySelectorAll<HTMLAnchorElement>("a")];
  const chosen = (): number => links().findIndex((each) => each.getAttribute("aria-selected") === "true");
  const choose = (place: number): void => {
    const all = links();
    for (const [n, each] of all.entries()) each.setAttribute("aria-selected", String(n === place));
    all[place]?.scrollIntoView({ block: "nearest" });
  };
  const open = (): void => {
    if (dialog.open) return;
    input.value = field.value;
    field.blur(); // or the dialog gives the focus back to it when it closes, and opens again
    dialog.showModal();
    input.select();
    void search();
  };
  const shut = (): void => {
    input.blur(); // a hidden field keeps the focus until the next frame, and would swallow the key that opens again
    dialog.close();
  };

  field.addEventListener("focus", open);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) shut();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void search(), PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    const count = links().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen() + (event.key === "ArrowDown" ? 1 : count - 1)) % Math.max(count, 1));
    } else if (event.key === "Escape") {
      event.preventDefault();
      shut();
    } else if (event.key === "Enter") {
      event.preventDefault();
      links()[Math.max(chosen(), 0)]?.click();
    }
  });
}

function line(words: string): HTMLElement {
  const made = document.createElement("p");
  made.className = "empty";
  made.setAttribute("role", "status");
  made.textContent = words;
  return made;
}
