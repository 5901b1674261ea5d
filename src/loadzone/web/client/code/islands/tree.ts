/** The tree of assets: arrows move and fold, a field beside it leaves what has the words in its name. */
import { bindKeys } from "../keys.ts";

export default function tree(list: HTMLElement): void {
  const shown = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>("a")].filter((each) => each.offsetParent !== null);
  const linkOf = (event: Event): HTMLAnchorElement | null => (event.target as Element).closest("a");
  const move = (event: KeyboardEvent): unknown => {
    const all = shown();
    const at = all.indexOf(linkOf(event) as HTMLAnchorElement);
    return at < 0 ? false : all[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  };
  const fold = (event: KeyboardEvent): unknown => {
    const link = linkOf(event);
    const branch = link?.closest("summary")?.parentElement as HTMLDetailsElement | undefined;
    if (event.key === "ArrowRight" && branch) return void (branch.open = true);
    if (event.key === "ArrowLeft" && branch?.open) return void (branch.open = false);
    return event.key === "ArrowLeft" && link ? outer(link)?.focus() : false;
  };
  bindKeys(list, [
    { keys: ["ArrowUp", "ArrowDown"], name: "move", act: move },
    { keys: ["ArrowLeft", "ArrowRight"], name: "fold", act: fold },
  ]);

  const field = document.querySelector<HTMLInputElement>(`[data-filter-for="${list.id}"]`);
  const open = new Map([...list.querySelectorAll("details")].map((each) => [each, each.open]));
  field?.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of list.querySelectorAll<HTMLElement>(":scope > li")) keep(item, words, false);
    for (const [each, was] of open) each.open = words.length > 0 || was;
  });
  list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function outer(link: Element): HTMLAnchorElement | null {
  const item = link.closest("li")?.parentElement?.closest("li");
  return item?.querySelector("a") ?? null;
}

/** Whether anything of the item stays. */
function keep(item: HTMLElement, words: string[], above: boolean): boolean {
  const has = above || words.every((word) => (item.dataset["name"] ?? "").includes(word));
  let any = has;
  for (const inner of item.querySelectorAll<HTMLElement>(":scope > details > ul > li")) any = keep(inner, words, has) || any;
  item.hidden = !any;
  return any;
}
