/** A linear axis from a range of values to a range of pixels. */
export type Axis = (value: number) => number;

export function axis(from: number, to: number, firstPixel: number, lastPixel: number): Axis {
  return (value) => firstPixel + ((value - from) / (to - from)) * (lastPixel - firstPixel);
}

/** Colours of both themes; a picture follows the reader's, where the viewer passes it on. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #1f2328 }
  .frame { stroke: #d0d7de; fill: none }
  .value { stroke: #0969da; fill: none; stroke-width: 1.2 }
  .band { fill: #0969da; fill-opacity: .13 }
  .score { stroke: #57606a; fill: none; stroke-width: 1.1 }
  .bar { fill: #0969da; fill-opacity: .55 }
  .threshold { stroke: #cf222e; fill: none; stroke-dasharray: 5 4 }
  .tail { stroke: #bc4c00; fill: none; stroke-width: 1.6 }
  .alert { fill: #cf222e } .alert-text { fill: #cf222e } .calm { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 } .title { fill: #f0f6fc } .frame { stroke: #3d444d }
    .value { stroke: #4493f8 } .band, .bar { fill: #4493f8 } .score { stroke: #9198a1 }
    .threshold { stroke: #f85149 } .tail { stroke: #db6d28 }
    .alert, .alert-text { fill: #f85149 } .calm { fill: #3fb950 }
  }`;

/** A whole picture. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${title}">\n<style>${STYLE}\n</style>\n${parts.join('\n')}\n</svg>\n`
  );
}

export function line(kind: string, xs: readonly number[], ys: readonly number[]): string {
  return `<polyline class="${kind}" points="${pointsOf(xs, ys)}"/>`;
}

/** The area between two lines over the same xs. */
export function area(
  kind: string,
  xs: readonly number[],
  lower: readonly number[],
  upper: readonly number[],
): string {
  return `<polygon class="${kind}" points="${pointsOf(xs, upper)} ${pointsOf(xs.toReversed(), lower.toReversed())}"/>`;
}

export function rectangle(kind: string, x: number, y: number, width: number, height: number): string {
  return `<rect class="${kind}" x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/>`;
}

export function dot(kind: string, x: number, y: number, radius = 4): string {
  return `<circle class="${kind}" cx="${short(x)}" cy="${short(y)}" r="${radius}"/>`;
}

export function text(
  words: string,
  x: number,
  y: number,
  { kind = '', anchor = 'start' }: { kind?: string; anchor?: 'start' | 'middle' | 'end' } = {},
): string {
  return `<text class="${kind}" x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${words}</text>`;
}

function pointsOf(xs: readonly number[], ys: readonly number[]): string {
  return xs.map((x, index) => `${short(x)},${short(ys[index]!)}`).join(' ');
}

function short(pixel: number): string {
  return String(Math.round(pixel * 10) / 10);
}
