/** One WebSocket a page: what happens is told to the document as «lz:event»; it mends itself and says since when it is
 * away. After mending «lz:gap» asks everybody to read again what they show; «lz:here» says that the server is there. */

export interface LiveEvent {
  type: "event";
  cursor: string;
  organisation: string;
  position: string;
  kind: string;
  at: string;
  facts: Record<string, unknown>;
}

type Message =
  | LiveEvent
  | { type: "hello"; cursor: string; is_whole: boolean; login: string }
  | { type: "gap" }
  | { type: "ping" };
type State = "here" | "away" | "signed-out" | "other";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** The server says something every 20 s; a network that swallows it all does not end the connection by itself. */
const LONGEST_SILENCE_MS = 50_000;
const LOOK_MS = 5_000;
const SIGN_IN_AGAIN = 4401;

let cursor = "";
let wait = FIRST_WAIT_MS;
let again = 0;
let heard = Date.now();
/** Ends a connection that is given up, at once. */
let drop: () => void = () => undefined;
let channel: BroadcastChannel | null = null;

/** Connect, and stay connected. */
export function listen(): void {
  channel = new BroadcastChannel("loadzone");
  channel.postMessage("signed in");
  const look = (): void => {
    if (!document.hidden && state() !== "here") connect();
  };
  channel.addEventListener("message", () => (state() === "signed-out" || state() === "other") && connect());
  document.addEventListener("visibilitychange", look);
  addEventListener("offline", () => drop());
  addEventListener("online", look);
  setInterval(() => Date.now() - heard > LONGEST_SILENCE_MS && drop(), LOOK_MS);
  connect();
}

/** What the page knows of the server. */
export function state(): State | "" {
  return (document.body.dataset["live"] ?? "") as State | "";
}

/** A script was told that the session has ended: the page says so, and looks whether somebody signs in again. */
export function signedOut(): void {
  if (state() === "signed-out") return;
  say("signed-out");
  drop();
}

function connect(): void {
  clearTimeout(again);
  drop();
  const address = new URL("/api/v1/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (cursor) address.searchParams.set("after", cursor);
  const socket = new WebSocket(address);
  let isOver = false;
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    drop = () => undefined;
    socket.close();
    if (code === SIGN_IN_AGAIN) say("signed-out");
    else if (state() !== "signed-out") say("away");
    connectSoon();
  };
  drop = () => end(0);
  heard = Date.now();
  socket.addEventListener("message", (message: MessageEvent<string>) => {
    if (isOver) return;
    heard = Date.now();
    take(JSON.parse(message.data) as Message);
  });
  socket.addEventListener("close", (closed) => end(closed.code));
}

function connectSoon(): void {
  clearTimeout(again);
  const pause = state() === "signed-out" ? LONGEST_WAIT_MS : wait * (0.75 + Math.random() / 2);
  again = setTimeout(connect, pause);
  wait = Math.min(2 * wait, LONGEST_WAIT_MS);
}

function take(message: Message): void {
  if (message.type === "hello") {
    wait = FIRST_WAIT_MS;
    const isBack = cursor !== "" || state() === "signed-out";
    cursor = message.cursor;
    const login = document.body.dataset["login"];
    if (login && message.login !== login) {
      say("other");
      return;
    }
    say("here");
    document.dispatchEvent(new CustomEvent("lz:here"));
    if (isBack) document.dispatchEvent(new CustomEvent("lz:gap"));
  } else if (state() === "other") {
    return;
  } else if (message.type === "gap") {
    document.dispatchEvent(new CustomEvent("lz:gap"));
  } else if (message.type === "event") {
    cursor = message.cursor;
    document.dispatchEvent(new CustomEvent<LiveEvent>("lz:event", { detail: message }));
  }
}

/** The line under the top bar says that the page is not live, since when, and what that means. */
function say(now: State): void {
  if (now !== "here" && state() === "here") sinceWhen();
  document.body.dataset["live"] = now;
  for (const line of document.querySelectorAll<HTMLElement>("[data-live-line]")) {
    line.hidden = line.dataset["liveLine"] !== now;
  }
}

function sinceWhen(): void {
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  for (const place of document.querySelectorAll<HTMLElement>("[data-since]")) {
    place.textContent = (place.dataset["since"] ?? "").replace("{time}", clock.format(heard));
  }
}
