/** Reads a part of the page again when something happened to what it shows: at most once in the pause that it names.
 * data-position (ORGANISATION/POSITION) hears of that position alone. */
import htmx from "htmx.org";

export default function refresh(element: HTMLElement): void {
  const address = element.dataset["source"] ?? location.pathname + location.search;
  const pause = Number(element.dataset["pauseS"] ?? "5") * 1000;
  const kinds = (element.dataset["kinds"] ?? "").split(" ").filter(Boolean);
  let isDue = false;
  let next = 0;

  const read = (): void => {
    isDue = false;
    next = performance.now() + pause;
    if (document.hidden || !element.isConnected) return;
    void htmx.ajax("get", address, { target: element, swap: "outerHTML", select: `#${element.id}` });
  };
  const ask = (): void => {
    if (isDue || !element.isConnected) return;
    isDue = true;
    setTimeout(read, Math.max(0, next - performance.now()));
  };
  const place = element.dataset["position"];
  document.addEventListener("lz:event", (event) => {
    const { organisation, position } = (event as CustomEvent<{ organisation: string; position: string }>).detail;
    if (place !== undefined && place !== `${organisation}/${position}`) return;
    if (kinds.length === 0 || kinds.includes((event as CustomEvent<{ kind: string }>).detail.kind)) ask();
  });
  document.addEventListener("lz:gap", ask);
}
