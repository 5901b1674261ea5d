/** A secret that came behind the # of a link, which no server and no log has seen, goes into the form and out of sight. */

export default function fragment(form: HTMLElement): void {
  const secret = location.hash.slice(1);
  const field = form.querySelector<HTMLInputElement>("input[name=secret]");
  if (!secret || !field || !(form instanceof HTMLFormElement)) return;
  field.value = secret;
  history.replaceState(null, "", location.pathname);
  form.requestSubmit();
}
