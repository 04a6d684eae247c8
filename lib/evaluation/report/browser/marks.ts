import type { InjectionFigures, SeriesFigures } from '../series-figures.ts';
import { color } from './color.ts';

type Plot = InstanceType<typeof uPlot>;

const MARK_RADIUS = 3.2;

/**
 * Draws marks into a series' chart: incidents, the unjudged start, injected faults and alerts.
 *
 * @param chosen the injection that the reader selected, if any; drawn with its values.
 */
export function drawMarks(chart: Plot, series: SeriesFigures, chosen: InjectionFigures | undefined): void {
  const { ctx, bbox } = chart;
  const pixels = window.devicePixelRatio || 1;
  const x = (after: number) => chart.valToPos(series.startSeconds + after, 'x', true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height + 2);
  ctx.clip();
  ctx.fillStyle = color('incident');
  for (const { from, to } of series.incidents)
    ctx.fillRect(x(from), bbox.top, Math.max(2 * pixels, x(to) - x(from)), bbox.height);
  ctx.fillStyle = color('soft');
  ctx.globalAlpha = 0.12;
  ctx.fillRect(bbox.left, bbox.top, Math.max(0, x(series.judgedAfter) - bbox.left), bbox.height);
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.6 * pixels;
  // Missed injections are drawn last, so that found ones never hide them.
  for (const injection of series.injections.toSorted((one, other) => Number(other.good) - Number(one.good)))
    drawInjection(chart, series, injection, pixels, injection === chosen);
  ctx.fillStyle = color('alert');
  for (const { time, value } of series.alerts)
    drawAlert(ctx, x(time), chart.valToPos(value ?? 0, 'y', true) - 7 * pixels, pixels);
  ctx.restore();
}

function drawInjection(
  chart: Plot,
  series: SeriesFigures,
  injection: InjectionFigures,
  pixels: number,
  isChosen: boolean,
): void {
  const { ctx, bbox } = chart;
  const at = chart.valToPos(series.startSeconds + injection.from, 'x', true);
  const width = chart.valToPos(series.startSeconds + injection.to, 'x', true) - at;
  const lane = bbox.top + bbox.height - 9 * pixels;
  const shade = color(injection.good ? 'found' : 'missed');
  ctx.strokeStyle = shade;
  ctx.fillStyle = shade;
  if (width > 3 * pixels) {
    ctx.globalAlpha = 0.5;
    ctx.fillRect(at, lane - 1.5 * pixels, width, 3 * pixels);
    ctx.globalAlpha = 1;
  }
  const isShown = at >= bbox.left && at <= bbox.left + bbox.width;
  if (isShown) drawOutcome(ctx, at, lane, MARK_RADIUS * pixels, injection.good);
  // Injected values are drawn once the zoom separates injections.
  if (isChosen || width > 40 * pixels) drawInjected(chart, series, injection, pixels);
}

/** A dot for a found injection, a cross for a missed one. */
function drawOutcome(
  ctx: CanvasRenderingContext2D,
  at: number,
  lane: number,
  radius: number,
  isGood: boolean,
): void {
  ctx.beginPath();
  if (isGood) {
    ctx.arc(at, lane, radius, 0, 2 * Math.PI);
    ctx.fill();
    return;
  }
  const arm = radius * 1.15;
  ctx.moveTo(at - arm, lane - arm);
  ctx.lineTo(at + arm, lane + arm);
  ctx.moveTo(at + arm, lane - arm);
  ctx.lineTo(at - arm, lane + arm);
  ctx.stroke();
}

function drawInjected(chart: Plot, series: SeriesFigures, injection: InjectionFigures, pixels: number): void {
  const { ctx } = chart;
  ctx.setLineDash([4 * pixels, 3 * pixels]);
  ctx.beginPath();
  for (const [index, time] of injection.times.entries()) {
    const left = chart.valToPos(series.startSeconds + time, 'x', true);
    ctx.lineTo(left, chart.valToPos(injection.values[index] ?? 0, 'y', true));
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawAlert(ctx: CanvasRenderingContext2D, at: number, y: number, pixels: number): void {
  ctx.beginPath();
  ctx.moveTo(at, y + 5 * pixels);
  ctx.lineTo(at - 5 * pixels, y - 4 * pixels);
  ctx.lineTo(at + 5 * pixels, y - 4 * pixels);
  ctx.fill();
}
