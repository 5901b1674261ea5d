/** Copies a secret that is shown once. */

export default function copy(element: HTMLElement): void {
  const source = element.querySelector<HTMLInputElement>("input");
  const button = element.querySelector<HTMLButtonElement>("button");
  if (!source || !button) return;
  source.addEventListener("focus", () => source.select());
  button.hidden = false;
  button.addEventListener("click", () => {
    source.select();
    void navigator.clipboard
      .writeText(source.value)
      .then(() => (button.textContent = element.dataset["done"] ?? button.textContent))
      .catch(() => document.execCommand("copy"));
  });
}
