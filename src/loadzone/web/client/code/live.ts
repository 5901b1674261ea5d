/** One WebSocket a page: what happens is told to the document as «lz:event»; it mends itself and says when it is away. */

export interface LiveEvent {
  type: "event";
  cursor: string;
  organisation: string;
  position: string;
  kind: string;
  at: string;
  facts: Record<string, unknown>;
}

type Message = LiveEvent | { type: "hello"; cursor: string; is_whole: boolean } | { type: "gap" } | { type: "ping" };

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SIGN_IN_AGAIN = 4401;

let cursor = "";
let wait = FIRST_WAIT_MS;
let again = 0;

/** Connect; a network that goes ends the connection at once, one that comes back is not waited for. */
export function listen(): void {
  const socket = connect();
  const leave = (): void => socket.close();
  window.addEventListener("offline", leave, { once: true });
  socket.addEventListener("close", () => window.removeEventListener("offline", leave));
}

function listenSoon(): void {
  clearTimeout(again);
  const now = (): void => {
    clearTimeout(again);
    window.removeEventListener("online", now);
    listen();
  };
  window.addEventListener("online", now);
  again = setTimeout(now, wait * (0.75 + Math.random() / 2));
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
}

function connect(): WebSocket {
  const address = new URL("/api/v1/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (cursor) address.searchParams.set("after", cursor);
  const socket = new WebSocket(address);
  socket.addEventListener("message", (message: MessageEvent<string>) => take(JSON.parse(message.data) as Message));
  socket.addEventListener("close", (closed) => {
    if (closed.code === SIGN_IN_AGAIN) {
      say("signed-out");
      return;
    }
    say("away");
    listenSoon();
  });
  return socket;
}

function take(message: Message): void {
  if (message.type === "hello") {
    wait = FIRST_WAIT_MS;
    const isBack = cursor !== "";
    cursor = message.cursor;
    say("here");
    if (isBack && !message.is_whole) document.dispatchEvent(new CustomEvent("lz:gap"));
  } else if (message.type === "gap") {
    document.dispatchEvent(new CustomEvent("lz:gap"));
  } else if (message.type === "event") {
    cursor = message.cursor;
    document.dispatchEvent(new CustomEvent<LiveEvent>("lz:event", { detail: message }));
  }
}

/** The line under the top bar says that the page is not live, and what that means. */
function say(state: "here" | "away" | "signed-out"): void {
  document.body.dataset["live"] = state;
  for (const line of document.querySelectorAll<HTMLElement>("[data-live-line]")) {
    line.hidden = line.dataset["liveLine"] !== state;
  }
}
