/** Binds islands: an element names its behaviour in data-island, the module of that name enhances it. */
import "./islands/preferences.ts";
import { listen } from "./live.ts";
import { watchForms } from "./forms.ts";
import { watchKeys } from "./keys.ts";
import "./partial.ts";

type Island = (element: HTMLElement) => void;

const islands: Record<string, () => Promise<{ default: Island }>> = {
  "load-zone": () => import("./islands/load-zone.ts"),
  fragment: () => import("./islands/fragment.ts"),
  recording: () => import("./islands/recording.ts"),
  letter: () => import("./islands/letter.ts"),
  disagree: () => import("./islands/disagree.ts"),
  toast: () => import("./islands/toast.ts"),
  refresh: () => import("./islands/refresh.ts"),
  course: () => import("./islands/course.ts"),
  quantity: () => import("./islands/quantity.ts"),
  "live-form": () => import("./islands/live-form.ts"),
  tour: () => import("./islands/tour.ts"),
  upload: () => import("./islands/upload.ts"),
  palette: () => import("./islands/palette.ts"),
  choose: () => import("./islands/choose.ts"),
  tree: () => import("./islands/tree.ts"),
  table: () => import("./islands/table.ts"),
  draft: () => import("./islands/draft.ts"),
  copy: () => import("./islands/copy.ts"),
  "key-sheet": () => import("./islands/key-sheet.ts"),
  again: () => import("./islands/again.ts"),
};

const bound = new WeakSet<HTMLElement>();

async function bind(root: ParentNode): Promise<void> {
  const found = [...root.querySelectorAll<HTMLElement>("[data-island]")].filter((each) => !bound.has(each));
  for (const element of found) bound.add(element);
  await Promise.all(found.map(enhance));
}

/** Modules come side by side; those of one element act in the order in which it names them. */
async function enhance(element: HTMLElement): Promise<void> {
  const loads = (element.dataset["island"] ?? "").split(" ").map((name) => islands[name]?.());
  for (const load of loads) (await load)?.default(element);
}

watchForms();
void bind(document).then(() => performance.mark("lz:bound"));
document.addEventListener("htmx:afterSettle", (event) => void bind((event.target as ParentNode | null) ?? document));
watchKeys();
if (document.body.dataset["live"] !== undefined) listen();
