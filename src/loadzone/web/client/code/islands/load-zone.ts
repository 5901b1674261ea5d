/** The fleet's load zone: the spoke under the pointer, or with the focus, tells its position in the middle. */

export default function loadZone(element: HTMLElement): void {
  const middle = element.querySelector<HTMLElement>("[data-middle]");
  const told = element.querySelector<HTMLElement>("[data-told]");
  if (!middle || !told) return;

  const show = (spoke: Element | null): void => {
    const name = spoke?.getAttribute("data-name") ?? "";
    middle.hidden = name !== "";
    told.hidden = name === "";
    told.replaceChildren();
    for (const [index, line] of name.split("\n").entries()) {
      const part = document.createElement(index === 0 ? "b" : "span");
      part.textContent = line;
      told.append(part);
    }
  };
  const spoke = (event: Event): Element | null => (event.target as Element).closest("a[data-name]");
  element.addEventListener("pointerover", (event) => show(spoke(event)));
  element.addEventListener("pointerleave", () => show(null));
  element.addEventListener("focusin", (event) => show(spoke(event)));
  element.addEventListener("focusout", () => show(null));
  show(element.querySelector("a[data-name]:focus"));
}
