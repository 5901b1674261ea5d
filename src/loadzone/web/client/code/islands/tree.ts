/** The tree of assets: arrows move and fold, a field beside it leaves what has the words in its name. */

export default function tree(list: HTMLElement): void {
  const shown = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>("a")].filter((each) => each.offsetParent !== null);
  list.addEventListener("keydown", (event) => {
    const link = (event.target as Element).closest("a");
    if (!link) return;
    const all = shown();
    const at = all.indexOf(link);
    const fold = link.closest("summary")?.parentElement as HTMLDetailsElement | undefined;
    if (event.key === "ArrowDown") all[at + 1]?.focus();
    else if (event.key === "ArrowUp") all[at - 1]?.focus();
    else if (event.key === "ArrowRight" && fold) fold.open = true;
    else if (event.key === "ArrowLeft" && fold?.open) fold.open = false;
    else if (event.key === "ArrowLeft") outer(link)?.focus();
    else return;
    event.preventDefault();
  });

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
