/** What opens to be filled in takes the focus with it, so that a key leads straight to typing. */

export default function disagree(details: HTMLElement): void {
  details.addEventListener("toggle", () => {
    if (details.hasAttribute("open")) details.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
  });
}
