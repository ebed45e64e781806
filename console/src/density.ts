// Density: people by cell, blurred into a picture, coloured from few to many.

export type Cell = readonly [column: number, row: number, people: number];

export interface Grid {
  columns: number;
  rows: number;
}

// From few to many; the middle ones keep apart for colour-blind eyes, and the table beside the picture has the numbers.
const RAMP: readonly (readonly [number, number, number, number])[] = [
  [0, 59, 111, 212],
  [0.5, 143, 79, 196],
  [0.8, 224, 86, 63],
  [1, 255, 197, 61],
];

/** Return the colour of a share of the most, 0 to 1, as red, green, blue. */
export function colour(share: number): [number, number, number] {
  const at = Math.min(Math.max(share, 0), 1);
  const over = Math.max(1, RAMP.findIndex((stop) => stop[0] >= at));
  const from = RAMP[over - 1] ?? [0, 0, 0, 0];
  const to = RAMP[over] ?? from;
  const part = to[0] === from[0] ? 0 : (at - from[0]) / (to[0] - from[0]);
  const mixed = (index: 1 | 2 | 3): number => Math.round(from[index] + (to[index] - from[index]) * part);
  return [mixed(1), mixed(2), mixed(3)];
}

/** Draw cells as soft spots. Width and height are the canvas's own pixels. */
export function draw(canvas: HTMLCanvasElement, cells: readonly Cell[], grid: Grid): void {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null || cells.length === 0) return;
  const { width, height } = canvas;
  const most = cells.reduce((greatest, [, , people]) => Math.max(greatest, people), 0);
  const radius = Math.max(width / grid.columns, 12) * 1.6;
  for (const [column, row, people] of cells) {
    const x = ((column + 0.5) / grid.columns) * width;
    const y = ((row + 0.5) / grid.rows) * height;
    const spot = context.createRadialGradient(x, y, 0, x, y, radius);
    const strength = 0.25 + 0.75 * (people / most);
    spot.addColorStop(0, `rgba(0,0,0,${strength})`);
    spot.addColorStop(1, "rgba(0,0,0,0)");
    context.fillStyle = spot;
    context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
  }
  const image = context.getImageData(0, 0, width, height);
  for (let at = 0; at < image.data.length; at += 4) {
    const share = (image.data[at + 3] ?? 0) / 255;
    if (share === 0) continue;
    const [red, green, blue] = colour(share);
    image.data.set([red, green, blue, Math.round(70 + share * 150)], at);
  }
  context.putImageData(image, 0, 0);
}
