/** A choice that leads on by itself; without scripts its button does. */

export default function choose(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  form.querySelector<HTMLElement>("button")?.setAttribute("hidden", "");
  form.addEventListener("change", () => form.requestSubmit());
}
