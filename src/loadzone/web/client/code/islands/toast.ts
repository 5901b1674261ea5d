/** A toast goes after six seconds, unless somebody is at it; the address forgets what it told. */

const SHOWN_MS = 6000;

export default function toast(element: HTMLElement): void {
  const here = new URL(location.href);
  if (here.searchParams.has("told")) {
    here.searchParams.delete("told");
    history.replaceState(history.state, "", here);
  }
  const leave = (): void => {
    if (element.matches(":hover, :focus-within")) setTimeout(leave, SHOWN_MS);
    else element.remove();
  };
  setTimeout(leave, SHOWN_MS);
}
