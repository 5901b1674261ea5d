/** A form that shows what was changed and not saved: the field says what it was, leaving the page asks. */

export default function draft(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  const was = form.dataset["was"] ?? "";
  const fields = [...form.elements].filter(
    (each): each is HTMLInputElement | HTMLTextAreaElement => (each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement) && each.type !== "hidden",
  );
  let isSending = false;
  const isChanged = (): boolean => fields.some((each) => each.value !== each.defaultValue);

  for (const field of fields) {
    field.addEventListener("input", () => {
      const label = field.closest("label");
      if (!label) return;
      let note = label.querySelector<HTMLElement>(".was");
      if (field.value === field.defaultValue) note?.remove();
      else if (!note) {
        note = document.createElement("b");
        note.className = "was";
        note.textContent = ` ${was} ${field.defaultValue || "–"}`;
        label.insertBefore(note, label.querySelector(".with-unit, input, textarea"));
      }
      label.classList.toggle("changed", field.value !== field.defaultValue);
    });
  }
  form.addEventListener("submit", () => (isSending = true));
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && isChanged()) event.preventDefault();
  });
}
