/** Copies the words to the customer in both languages; the button is there only where the browser can copy. */

export default function letter(element: HTMLElement): void {
  const button = element.querySelector<HTMLButtonElement>("[data-copy]");
  const copied = element.querySelector<HTMLElement>("[data-copied]");
  if (!button || !copied || !("clipboard" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const words = [...element.querySelectorAll(".words")].map((each) =>
      [...each.querySelectorAll("p")].map((line) => line.textContent?.trim() ?? "").join("\n"),
    );
    void navigator.clipboard.writeText(words.join("\n\n")).then(() => {
      copied.hidden = false;
    });
  });
}
