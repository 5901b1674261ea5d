/** Brings a table of assets in: first a dialog that shows what it would do, then all of it or nothing. */
import { signedOut } from "../live.ts";

interface Imported {
  entered: Record<string, number>;
  changed: Record<string, number>;
  mounted: number;
}

const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export default function table(element: HTMLElement): void {
  const files = element.querySelector<HTMLInputElement>("input[type=file]");
  const button = element.querySelector<HTMLButtonElement>("button");
  const said = element.querySelector<HTMLElement>(".said");
  if (!files || !button || !said) return;
  const dialog = document.createElement("dialog");
  dialog.className = "preview";
  dialog.setAttribute("aria-label", button.textContent ?? "");
  document.body.append(dialog);
  button.addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    const file = files.files?.[0];
    files.value = "";
    if (file) void look(file);
  });

  const send = async (method: string, path: string, file: File): Promise<Response | undefined> => {
    button.disabled = true;
    const kind = /\.xls[xm]$/i.test(file.name) ? WORKBOOK : "text/csv";
    const answer = await fetch(path, { method, headers: { "Content-Type": kind }, body: file }).catch(() => undefined);
    button.disabled = false;
    if (answer && answer.status !== 401) return answer;
    if (answer) signedOut();
    tell(element.dataset["away"] ?? "", true);
    return undefined;
  };
  const tell = (words: string, isRefusal: boolean): void => {
    said.classList.toggle("refusal", isRefusal);
    said.textContent = words;
  };
  const look = async (file: File): Promise<void> => {
    tell("", false);
    const answer = await send("POST", element.dataset["look"] ?? "", file);
    if (!answer) return;
    if (!answer.headers.get("Content-Type")?.startsWith("text/html")) {
      const told = (await answer.json().catch(() => ({}))) as { detail?: string };
      tell(told.detail ?? String(answer.status), true);
      return;
    }
    dialog.innerHTML = await answer.text(); // written by our own server, every value in it escaped
    dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-take]")?.addEventListener("click", () => {
      dialog.close();
      void take(file);
    });
    dialog.showModal();
  };
  const take = async (file: File): Promise<void> => {
    const answer = await send("PUT", element.dataset["to"] ?? "", file);
    if (!answer) return;
    const told = (await answer.json().catch(() => ({}))) as Imported & { detail?: string };
    if (!answer.ok) {
      tell(told.detail ?? String(answer.status), true);
      return;
    }
    const counts = [sum(told.entered), sum(told.changed), told.mounted];
    tell((element.dataset["done"] ?? "").replace(/%(\d)/g, (_, n: string) => String(counts[Number(n) - 1] ?? "")), false);
    setTimeout(() => location.reload(), 1200);
  };
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, each) => all + each, 0);
}
