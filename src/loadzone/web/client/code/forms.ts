/** Forms that act: sent once however often one clicks, by who opened the page, and not into nowhere: while the server
 * is away what was entered stays where it is, and the page says so. */
import { state } from "./live.ts";

const AUTHOR = "_by";
/** A server that is slow takes a second click for a second wish after this; one that answers ends the page before. */
const LONGEST_MS = 60_000;
const SHOWN_MS = 8_000;

export function watchForms(): void {
  document.addEventListener("submit", (event) => sent(event), { capture: true });
  document.querySelector("main .refusal[role=alert]:not([hidden])")?.scrollIntoView({ block: "center" });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
}

function sent(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  const isHeld = state() === "away" || state() === "other";
  if (isHeld || form.hasAttribute("aria-busy")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isHeld) tell();
    return;
  }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => form.removeAttribute("aria-busy"), LONGEST_MS);
  sign(form);
}

/** Who else signs in meanwhile in another tab does not act by this page. */
function sign(form: HTMLFormElement): void {
  const login = document.body.dataset["login"];
  if (!login || form.closest("header") || form.elements.namedItem(AUTHOR)) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = AUTHOR;
  field.value = login;
  form.append(field);
}

function tell(): void {
  const line = document.querySelector<HTMLElement>("[data-held]");
  if (!line) return;
  line.hidden = false;
  const hide = (): void => void (line.hidden = true);
  setTimeout(hide, SHOWN_MS);
  document.addEventListener("lz:here", hide, { once: true });
}
