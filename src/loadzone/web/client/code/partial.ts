/** htmx under our policy of content: no eval, no inline style, only this host. */
import htmx from "htmx.org";
import { signedOut } from "./live.ts";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.allowScriptTags = false;

document.addEventListener("htmx:responseError", (event) => {
  if ((event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status === 401) signedOut();
});
