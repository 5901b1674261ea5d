/** The curves of a recording as the server sends them: a JSON head, rows of float32, the map in bytes. */
import { ask } from "../ask.ts";
import type { Cells, Row, Stops } from "./draw.ts";

export type Family = "outer" | "inner" | "ball" | "cage";

export interface Line {
  family: Family;
  label: string;
  nominal: number;
  found: number | null;
  over_floor_db: number;
}

interface Told {
  count: number;
  step_hz: number;
}

export interface Head {
  waveform: string;
  count: number;
  fs_hz: number;
  shaft_hz: number | null;
  orders: Record<Family, number> | null;
  /** Families in which damage was found. */
  faults: Family[];
  state: string;
  window: number | null;
  band_hz: [number, number] | null;
  lines: Line[];
  envelope: Told | null;
  floor: Told | null;
  spectrum: Told | null;
  coherence: { rows: number; columns: number; top: number; end_hz: number; carrier_end_hz: number } | null;
  temper: { light: Stops; dark: Stops };
}

export interface Curves {
  head: Head;
  envelope: Row | null;
  floor: Float32Array | null;
  spectrum: Row | null;
  cells: (Cells & { carrierEnd: number }) | null;
}

export async function fetchCurves(address: string): Promise<Curves> {
  return parsed(await bytes(address));
}

/** Samples of a waveform, all of them, in its unit. */
export async function fetchSamples(head: Head): Promise<Row> {
  const values = new Float32Array(await bytes(`${head.waveform}/samples`));
  return { values, start: 0, step: 1 / head.fs_hz };
}

/** Least and greatest of about ``count`` parts of a span of samples, as a row that alternates between them. */
export async function fetchPairs(head: Head, start: number, stop: number, count: number): Promise<Row> {
  const answer = await ask(`${head.waveform}/pairs?start=${start}&stop=${stop}&count=${count}`);
  const step = Number(answer.headers.get("X-Step-Samples"));
  const first = Number(answer.headers.get("X-Start-Sample"));
  const told = new Float32Array(await answer.arrayBuffer());
  const half = told.length / 2;
  const values = new Float32Array(told.length);
  for (let index = 0; index < half; index++) {
    values[2 * index] = told[index] as number;
    values[2 * index + 1] = told[half + index] as number;
  }
  return { values, start: first / head.fs_hz, step: step / 2 / head.fs_hz };
}

async function bytes(address: string): Promise<ArrayBuffer> {
  return (await ask(address)).arrayBuffer();
}

function parsed(body: ArrayBuffer): Curves {
  const length = new DataView(body).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, length))) as Head;
  let at = 4 + length;
  const row = (told: Told | null): Row | null => {
    if (!told) return null;
    const values = new Float32Array(body, at, told.count);
    at += 4 * told.count;
    return { values, start: 0, step: told.step_hz };
  };
  const envelope = row(head.envelope);
  const floor = row(head.floor)?.values ?? null;
  const spectrum = row(head.spectrum);
  const map = head.coherence;
  const cells = map && {
    shares: new Uint8Array(body, at, map.rows * map.columns),
    rows: map.rows,
    columns: map.columns,
    end: map.end_hz,
    top: map.top,
    carrierEnd: map.carrier_end_hz,
  };
  return { head, envelope, floor, spectrum, cells };
}
