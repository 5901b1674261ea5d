/** What islands read from the server: a network that is away and a session that ended are waited out, the page says
 * so meanwhile; what the server refuses comes as its sentence. */
import { signedOut } from "./live.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const PASSING = new Set([401, 429, 502, 503, 504]);

/** The server's sentence about what it does not give. */
export class Refused extends Error {
  constructor(readonly status: number, sentence: string) {
    super(sentence);
  }
}

/** Nobody wants the answer any more. */
export class Unwanted extends Error {}

/** An answer that is good, however long that takes; `Refused` where trying again does not help. */
export async function ask(address: string | URL, isWanted: () => boolean = () => true): Promise<Response> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const answer = await fetch(address, { headers: { "X-Loadzone-Island": "1" } }).catch(() => null);
    if (!isWanted()) throw new Unwanted();
    if (answer?.ok) return answer;
    if (answer?.status === 401) signedOut();
    if (answer && !PASSING.has(answer.status)) throw new Refused(answer.status, await sentenceOf(answer));
    await mended(wait);
    if (!isWanted()) throw new Unwanted();
  }
}

/** The server is there again, or it is time to look. */
export function mended(wait: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      document.removeEventListener("lz:here", done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    document.addEventListener("lz:here", done);
  });
}

/** What a problem document says, in a sentence. */
export async function sentenceOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  return problem.detail ?? String(answer.status);
}
