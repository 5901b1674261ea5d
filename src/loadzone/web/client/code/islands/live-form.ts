/** A form whose answer follows it: what is typed goes into the address, and the part named by data-part is read again. */
import htmx from "htmx.org";

const PAUSE_MS = 120;

export default function liveForm(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  const part = form.dataset["part"] ?? "#main";
  let due = 0;
  let isMissed = false;

  const address = (): string => {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value.trim()) said.append(name, value.trim());
    }
    const query = said.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
    return `${new URL(form.action).pathname}${query ? `?${query}` : ""}`;
  };
  const ask = (): void => {
    clearTimeout(due);
    const path = address();
    if (path === location.pathname + location.search && !isMissed) return;
    isMissed = false;
    history.replaceState(history.state, "", path);
    htmx.trigger(form, "htmx:abort");
    void htmx.ajax("get", path, { source: form, target: part, swap: "outerHTML", select: part });
  };
  form.addEventListener("input", () => {
    clearTimeout(due);
    due = setTimeout(ask, PAUSE_MS);
  });
  form.addEventListener("change", ask);
  for (const failure of ["htmx:sendError", "htmx:responseError"]) form.addEventListener(failure, () => (isMissed = true));
  document.addEventListener("lz:here", () => isMissed && ask());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
}
