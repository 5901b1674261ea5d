/** htmx under our policy of content: no eval, no inline style, only this host. */
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.allowScriptTags = false;
