/** How values become marks: least and greatest of each pixel, so that no peak is lost; a map in the colours of «temper». */
import type { Plot } from "./plot.ts";

/** A row of values from ``start`` on in equal steps. */
export interface Row {
  values: Float32Array;
  start: number;
  step: number;
}

/** The line through a row; where several values share a pixel, the bar from least to greatest. */
export function drawRow(pen: CanvasRenderingContext2D, plot: Plot, row: Row, colour: string, width = 1.2): void {
  const first = Math.max(0, Math.floor((plot.x.from - row.start) / row.step) - 1);
  const last = Math.min(row.values.length - 1, Math.ceil((plot.x.to - row.start) / row.step) + 1);
  if (last <= first) return;
  pen.save();
  pen.beginPath();
  pen.rect(plot.left, plot.top - 1, plot.right - plot.left, plot.foot - plot.top + 2);
  pen.clip();
  const perPixel = (((last - first) / (plot.right - plot.left)) * 1) / plot.ratio;
  if (perPixel > 2) bars(pen, plot, row, first, last, colour);
  else line(pen, plot, row, first, last, colour, width);
  pen.restore();
}

/** One upright bar a pixel of the screen, joined to its neighbour; whole pixels need no smoothing, and are fast. */
function bars(pen: CanvasRenderingContext2D, plot: Plot, row: Row, first: number, last: number, colour: string): void {
  const { values, start, step } = row;
  const { ratio } = plot;
  const left = Math.round(plot.left * ratio);
  const columns = Math.round((plot.right - plot.left) * ratio);
  const perColumn = (plot.x.to - plot.x.from) / columns;
  const yScale = ((plot.foot - plot.top) * ratio) / (plot.y.to - plot.y.from);
  const foot = plot.foot * ratio;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = colour;
  let low = NaN;
  let high = NaN;
  let index = first;
  for (let column = 0; column < columns; column++) {
    const stop = Math.min(last, Math.floor((plot.x.from + (column + 1) * perColumn - start) / step));
    let least = Infinity;
    let most = -Infinity;
    for (; index <= stop; index++) {
      const value = values[index] as number;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (most < least) continue;
    // a bar reaches to its neighbour's, so that a steep rise is one line
    const from = least > high ? high : least;
    const to = most < low ? low : most;
    const top = Math.round(foot - (to - plot.y.from) * yScale);
    const bottom = Math.round(foot - (from - plot.y.from) * yScale);
    pen.fillRect(left + column, top, 1, Math.max(1, bottom - top + 1));
    low = least;
    high = most;
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function line(
  pen: CanvasRenderingContext2D,
  plot: Plot,
  row: Row,
  first: number,
  last: number,
  colour: string,
  width: number,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.beginPath();
  let isDown = false;
  for (let index = first; index <= last; index++) {
    const value = row.values[index] as number;
    if (!Number.isFinite(value)) {
      isDown = false;
      continue;
    }
    const x = plot.px(row.start + index * row.step);
    const y = plot.py(value);
    if (isDown) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    isDown = true;
  }
  pen.stroke();
}

/** Greatest magnitude within a span of x. */
export function reach(row: Row, from: number, to: number): number {
  const first = Math.max(0, Math.floor((from - row.start) / row.step));
  const last = Math.min(row.values.length - 1, Math.ceil((to - row.start) / row.step));
  let most = 0;
  for (let index = first; index <= last; index++) {
    const value = Math.abs(row.values[index] as number);
    if (value > most) most = value;
  }
  return most;
}

/** The next round number at or above. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => unit * each >= value * 0.9999) ?? 10);
}

export type Stops = [number, string][];

/** 255 colours of the scale and that of no data, as RGBA in the order of an ImageData. */
export function palette(stops: Stops, none: string): Uint32Array {
  const colours = new Uint32Array(256);
  const parts = stops.map(([place, colour]) => [place, rgb(colour)] as const);
  for (let index = 0; index < 255; index++) {
    const share = index / 254;
    const above = Math.max(1, parts.findIndex(([place]) => place >= share));
    const [low, dark] = parts[above - 1] ?? [0, [0, 0, 0]];
    const [high, light] = parts[above] ?? [1, [0, 0, 0]];
    const along = high > low ? (share - low) / (high - low) : 0;
    colours[index] = packed(dark.map((each, k) => Math.round(each + along * ((light[k] ?? 0) - each))));
  }
  colours[255] = packed(rgb(none));
  return colours;
}

function rgb(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function packed([red = 0, green = 0, blue = 0]: number[]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export interface Cells {
  shares: Uint8Array;
  rows: number;
  columns: number;
  /** End of both axes, which begin at 0. */
  end: number;
  top: number;
}

/** The map over the plot: each pixel the greatest of the cells that it covers, rows from the foot upwards. */
export function drawCells(pen: CanvasRenderingContext2D, plot: Plot, cells: Cells, colours: Uint32Array): void {
  const width = Math.round((plot.right - plot.left) * plot.ratio);
  const height = Math.round((plot.foot - plot.top) * plot.ratio);
  if (width < 1 || height < 1) return;
  const image = pen.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const perPixel = ((plot.x.to - plot.x.from) / width / cells.end) * cells.columns;
  const offset = (plot.x.from / cells.end) * cells.columns;
  const line = new Uint32Array(width);
  let drawn = -1;
  for (let y = 0; y < height; y++) {
    const row = Math.min(cells.rows - 1, Math.floor(((height - 1 - y) / height) * cells.rows));
    if (row !== drawn) {
      drawn = row;
      const at = row * cells.columns;
      for (let x = 0; x < width; x++) {
        const first = Math.floor(offset + x * perPixel);
        const last = Math.max(first, Math.ceil(offset + (x + 1) * perPixel) - 1);
        let most = 255;
        for (let column = Math.max(0, first); column <= last && column < cells.columns; column++) {
          const share = cells.shares[at + column] as number;
          if (share !== 255 && (most === 255 || share > most)) most = share;
        }
        line[x] = colours[most] as number;
      }
    }
    pixels.set(line, y * width);
  }
  pen.putImageData(image, Math.round(plot.left * plot.ratio), Math.round(plot.top * plot.ratio));
}
