/** Sends a form again by itself, once: who comes back to the page by the browser's way back is asked. */

const SENT = "loadzone-sent:";

export default function again(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  const key = SENT + (form.dataset["number"] ?? "");
  if (sessionStorage.getItem(key)) {
    for (const line of form.querySelectorAll<HTMLElement>("[role=status]")) line.hidden = !("sent" in line.dataset);
    return;
  }
  form.addEventListener("submit", () => sessionStorage.setItem(key, "1"));
  form.requestSubmit();
}
