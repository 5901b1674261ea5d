/** Sends files in parts that go on where they were cut: by the interface of uploads, which acknowledges what is on disk. */
import { ask, mended, Refused, sentenceOf } from "../ask.ts";
import { signedOut, state } from "../live.ts";

interface Upload {
  id: string;
  offset_bytes: number;
  size_bytes: number;
  arrived: object | null;
}

const PART_BYTES = 4 << 20;
const LONGEST_WAIT_MS = 15_000;
const KEPT = "loadzone-upload:";
const LENGTH = 100;

export default function upload(form: HTMLElement): void {
  const select = form.querySelector<HTMLSelectElement>("select[name=position]");
  const files = form.querySelector<HTMLInputElement>("input[type=file]");
  const field = form.querySelector<HTMLElement>("[data-drop]");
  const button = form.querySelector<HTMLButtonElement>("[data-choose-files]");
  if (!select || !files || !field || !button) return;
  button.dataset["key"] = "O";

  const take = (chosen: Iterable<File>): void => {
    if (!select.value) {
      refuse(form, form.dataset["choose"] ?? "");
      select.focus();
      return;
    }
    refuse(form, "");
    for (const file of chosen) queue.push(new Sending(form, select.value, file));
    void next();
  };
  const queue: Sending[] = [];
  let isBusy = false;
  const next = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (let one = queue.shift(); one; one = queue.shift()) await one.run();
    isBusy = false;
  };

  button.addEventListener("click", () => files.click());
  const takeChosen = (): void => {
    const chosen = [...(files.files ?? [])];
    files.value = "";
    if (chosen.length > 0) take(chosen);
  };
  files.addEventListener("change", takeChosen);
  select.addEventListener("change", () => refuse(form, ""));
  for (const name of ["dragenter", "dragover"] as const) {
    field.addEventListener(name, (event) => {
      event.preventDefault();
      field.classList.add("over");
    });
  }
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("over");
    take([...(event.dataTransfer?.files ?? [])]);
  });
  document.addEventListener("lz:event", (event) => {
    if ((event as CustomEvent<{ kind: string }>).detail.kind === "recordings") void again(() => undefined);
  });
  document.addEventListener("lz:gap", () => void again(() => undefined));
  if (document.querySelector("[data-waiting]")) void again(() => undefined);
  document.addEventListener("click", (event) => {
    const chosen = (event.target as Element).closest<HTMLElement>("[data-again]");
    if (!chosen) return;
    select.value = chosen.dataset["again"] ?? "";
    files.click();
  });
  takeChosen(); // what was chosen before this script came
}

function refuse(form: HTMLElement, sentence: string): void {
  const line = form.querySelector<HTMLElement>("[data-refusal]");
  if (!line) return;
  line.textContent = sentence;
  line.hidden = sentence === "";
}

/** One file on its way: announced once, sent in parts, taken up again by name, size and time of change. */
class Sending {
  private readonly row: HTMLElement;
  private readonly key: string;
  private readonly address: string;
  private stopped = false;
  private resume: (() => void) | null = null;

  constructor(private readonly form: HTMLElement, position: string, private readonly file: File) {
    const [organisation, place] = position.split("/") as [string, string];
    this.address = `/api/v1/organisations/${organisation}/positions/${place}/uploads`;
    this.key = `${KEPT}${position}:${file.name}:${file.size}:${file.lastModified}`;
    this.row = row(form, file);
    document.querySelector("[data-coming]")?.append(this.row);
    document.querySelector<HTMLElement>("[data-nothing]")?.setAttribute("hidden", "");
    this.row.querySelector("button")?.addEventListener("click", () => this.toggle());
  }

  async run(): Promise<void> {
    let wait = 500;
    for (;;) {
      try {
        let now = await this.begun();
        while (!now.arrived) {
          if (this.stopped) await new Promise<void>((resolve) => (this.resume = resolve));
          this.show(now.offset_bytes, "");
          now = await this.part(now);
          wait = 500;
        }
        this.show(this.file.size, this.form.dataset["reading"] ?? "");
        this.finished();
        return;
      } catch (error) {
        if (error instanceof Refused) {
          localStorage.removeItem(this.key);
          this.refused(error.message);
          return;
        }
        this.say((state() === "signed-out" ? this.form.dataset["signedOut"] : this.form.dataset["away"]) ?? "");
        await mended(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
      }
    }
  }

  /** What was begun before, where the server still has it; else it is announced. */
  private async begun(): Promise<Upload> {
    const before = localStorage.getItem(this.key);
    if (before) {
      document.querySelector(`[data-broken="${CSS.escape(before)}"]`)?.remove();
      const answer = await fetch(`${this.address}/${before}`);
      if (answer.ok) return (await answer.json()) as Upload;
      if (answer.status !== 404) await told(answer);
    }
    const body = JSON.stringify({ name: this.file.name, size_bytes: this.file.size });
    const answer = await fetch(this.address, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!answer.ok) await told(answer);
    const made = (await answer.json()) as Upload;
    localStorage.setItem(this.key, made.id);
    return made;
  }

  private async part(now: Upload): Promise<Upload> {
    const body = this.file.slice(now.offset_bytes, now.offset_bytes + PART_BYTES);
    const headers = { "Content-Type": "application/octet-stream", "Upload-Offset": String(now.offset_bytes) };
    const answer = await fetch(`${this.address}/${now.id}`, { method: "PATCH", headers, body });
    if (answer.status === 409) {
      const stands = await fetch(`${this.address}/${now.id}`);
      if (!stands.ok) await told(stands);
      await mended(300);
      return (await stands.json()) as Upload;
    }
    if (!answer.ok) await told(answer);
    return (await answer.json()) as Upload;
  }

  private toggle(): void {
    this.stopped = !this.stopped;
    const button = this.row.querySelector("button");
    if (button) button.textContent = (this.stopped ? this.form.dataset["go"] : this.form.dataset["stop"]) ?? "";
    if (this.stopped) this.say(this.form.dataset["stopped"] ?? "");
    else this.resume?.();
  }

  private show(offset: number, sentence: string): void {
    const percent = this.file.size ? Math.floor((100 * offset) / this.file.size) : 100;
    this.row.querySelector("path.filled")?.setAttribute("stroke-dasharray", `${percent} ${LENGTH}`);
    this.row.querySelector("svg")?.setAttribute("aria-label", (this.form.dataset["percent"] ?? "%").replace("%", String(percent)));
    const number = this.row.querySelector(".way span");
    if (number) number.textContent = `${percent} %`;
    this.say(sentence);
  }

  private say(sentence: string): void {
    const place = this.row.querySelector("[data-said]");
    if (place) place.textContent = sentence;
  }

  private refused(sentence: string): void {
    this.row.querySelector("button")?.remove();
    this.row.classList.add("state-act");
    this.say(sentence);
    void again(() => this.row.remove());
  }

  private finished(): void {
    localStorage.removeItem(this.key);
    this.row.querySelector("button")?.remove();
    void again(() => this.row.remove());
  }
}

/** What cannot be mended by trying again is said in the server's sentence; the rest is tried again. */
async function told(answer: Response): Promise<never> {
  if (answer.status === 401) signedOut();
  if (answer.status >= 500 || answer.status === 429 || answer.status === 401) throw new Error(String(answer.status));
  throw new Refused(answer.status, await sentenceOf(answer));
}

/** The list as the server has it now; read again until nothing is waiting. */
let looking: Promise<void> | null = null;
let again_wanted: (() => void)[] = [];

function again(then: () => void): Promise<void> {
  again_wanted.push(then);
  looking ??= look()
    .catch(() => undefined)
    .finally(() => (looking = null));
  return looking;
}

async function look(): Promise<void> {
  let wait = 400;
  for (;;) {
    let done = wanted();
    let page = await listed();
    if (again_wanted.length > 0) {
      done = [...done, ...wanted()]; // who asked meanwhile may stand in this list already: both go at once
      page = await listed();
    }
    const fresh = page.querySelector("#coming > ul.files:not([data-coming])");
    const here = document.querySelector("#coming > ul.files:not([data-coming])");
    const heading = page.querySelector("h1");
    if (fresh && here) here.replaceWith(document.adoptNode(fresh));
    if (heading) document.querySelector("h1")?.replaceChildren(heading.textContent ?? "");
    for (const each of done) each();
    hideRunning();
    if (!document.querySelector("[data-waiting]") && again_wanted.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 1.5, 5000);
  }
}

function wanted(): (() => void)[] {
  const found = again_wanted;
  again_wanted = [];
  return found;
}

async function listed(): Promise<Document> {
  const answer = await ask("/upload");
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** What this page is sending stands in its own row, not among what was broken off. */
function hideRunning(): void {
  const running = new Set(Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).map((key) => localStorage.getItem(key)));
  if (!document.querySelector("[data-coming] > li")) return;
  for (const row of document.querySelectorAll<HTMLElement>("[data-broken]")) {
    if (running.has(row.dataset["broken"] ?? "")) row.remove();
  }
}

function row(form: HTMLElement, file: File): HTMLElement {
  const item = document.createElement("li");
  const name = part("span", "file");
  const bold = part("b", "code");
  bold.textContent = file.name;
  const size = document.createElement("small");
  size.textContent = file.size >= 1e6 ? `${(file.size / 1e6).toFixed(1)} MB` : `${(file.size / 1e3).toFixed(1)} kB`;
  name.append(bold, size);
  const way = part("span", "way");
  way.append(arc(), document.createElement("span"));
  const whither = part("span", "whither");
  whither.dataset["said"] = "";
  whither.setAttribute("role", "status");
  const result = part("span", "result");
  const stop = part("button", "link");
  stop.setAttribute("type", "button");
  stop.textContent = form.dataset["stop"] ?? "";
  result.append(stop);
  item.append(name, way, whither, result);
  return item;
}

function part(name: string, kind: string): HTMLElement {
  const made = document.createElement(name);
  made.className = kind;
  return made;
}

function arc(): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 112 15");
  svg.setAttribute("width", "112");
  svg.setAttribute("height", "15");
  svg.setAttribute("class", "arc");
  svg.setAttribute("role", "img");
  for (const kind of ["track", "filled"]) {
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", "M2 3C34 14 78 14 110 3");
    line.setAttribute("class", kind);
    line.setAttribute("pathLength", String(LENGTH));
    if (kind === "filled") line.setAttribute("stroke-dasharray", `0 ${LENGTH}`);
    svg.append(line);
  }
  return svg;
}
