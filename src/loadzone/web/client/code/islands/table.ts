/** Brings a table of assets in: all of it, or nothing, and then the sentence that says which row and why. */
import { signedOut } from "../live.ts";

interface Imported {
  entered: Record<string, number>;
  changed: Record<string, number>;
  mounted: number;
}

export default function table(element: HTMLElement): void {
  const files = element.querySelector<HTMLInputElement>("input[type=file]");
  const button = element.querySelector<HTMLButtonElement>("button");
  const said = element.querySelector<HTMLElement>(".said");
  if (!files || !button || !said) return;
  button.addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    const file = files.files?.[0];
    files.value = "";
    if (file) void send(file);
  });

  const send = async (file: File): Promise<void> => {
    button.disabled = true;
    const asked = { method: "PUT", headers: { "Content-Type": "text/csv" }, body: file };
    const answer = await fetch(element.dataset["to"] ?? "", asked).catch(() => null);
    if (!answer || answer.status === 401) {
      if (answer) signedOut();
      button.disabled = false;
      said.classList.add("refusal");
      said.textContent = element.dataset["away"] ?? "";
      return;
    }
    const told = (await answer.json().catch(() => ({}))) as Imported & { detail?: string };
    button.disabled = false;
    said.classList.toggle("refusal", !answer.ok);
    if (!answer.ok) {
      said.textContent = told.detail ?? String(answer.status);
      return;
    }
    const counts = [sum(told.entered), sum(told.changed), told.mounted];
    said.textContent = (element.dataset["done"] ?? "").replace(/%(\d)/g, (_, n: string) => String(counts[Number(n) - 1] ?? ""));
    setTimeout(() => location.reload(), 1200);
  };
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, each) => all + each, 0);
}
