import type { InjectionFigures, SeriesFigures } from '../series-figures.ts';
import { element } from './element.ts';
import type { SeriesChart } from './series-chart.ts';
import { timeText } from './texts.ts';

const MINIMUM_SPAN_SECONDS = 600;

/** Reader actions on a series' chart, by mouse, touch or keyboard. */
export class ChartActions {
  readonly #chart: SeriesChart;
  readonly #series: SeriesFigures;
  readonly #readout: HTMLElement;

  constructor(chart: SeriesChart, series: SeriesFigures, readout: HTMLElement) {
    this.#chart = chart;
    this.#series = series;
    this.#readout = readout;
  }

  /** @param factor of the visible time span; the cursor stays in place. */
  zoom(factor: number): void {
    const { from, to } = this.#chart.shown;
    const index = this.#chart.plot.cursor.idx;
    const middle = index === null || index === undefined ? (from + to) / 2 : this.#timeAt(index);
    const share = (middle - from) / (to - from);
    const span = (to - from) * factor;
    this.#show(middle - span * share, middle + span * (1 - share));
  }

  /** @param share fraction of the visible time span; negative to the left. */
  move(share: number): void {
    const { from, to } = this.#chart.shown;
    this.#show(from + (to - from) * share, to + (to - from) * share);
  }

  showAll(): void {
    this.#chart.chosen = undefined;
    this.#show(this.#timeAt(0), this.#timeAt(this.#chart.times.length - 1));
  }

  /** Moves the cursor by this many samples. */
  step(count: number): void {
    const { plot, times } = this.#chart;
    const { from, to } = this.#chart.shown;
    const now = plot.cursor.idx ?? indexAt(times, (from + to) / 2);
    const index = Math.max(0, Math.min(times.length - 1, now + count));
    const time = this.#timeAt(index);
    if (time < from || time > to) this.move(count > 0 ? 0.5 : -0.5);
    const top = plot.valToPos(this.#series.values[index] ?? plot.scales.y?.min ?? 0, 'y');
    plot.setCursor({ left: plot.valToPos(time, 'x'), top });
  }

  /** Shows one injection with its values. */
  choose(injection: InjectionFigures): void {
    this.#chart.chosen = injection;
    const { startSeconds } = this.#series;
    const { title, size, from, to, outcome } = injection;
    const width = Math.max(to - from, MINIMUM_SPAN_SECONDS);
    this.#show(startSeconds + from - 2 * width, startSeconds + to + 2 * width);
    this.#readout.textContent = `${title} (${size}), injected ${timeText(startSeconds + from)}: ${outcome}`;
  }

  /** Connects the buttons of an article and the keys in its chart. */
  listen(article: HTMLElement, box: HTMLElement): void {
    const buttons: Readonly<Record<string, () => void>> = {
      in: () => this.zoom(0.5),
      out: () => this.zoom(2),
      left: () => this.move(-0.5),
      right: () => this.move(0.5),
      all: () => this.showAll(),
    };
    element(article, '.chart-tools').addEventListener('click', ({ target }) => {
      if (target instanceof HTMLElement) buttons[target.dataset.do ?? '']?.();
    });
    const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
      ArrowLeft: ({ shiftKey }) => (shiftKey ? this.move(-0.25) : this.step(-1)),
      ArrowRight: ({ shiftKey }) => (shiftKey ? this.move(0.25) : this.step(1)),
      PageUp: () => this.move(-0.5),
      PageDown: () => this.move(0.5),
      '+': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      0: () => this.showAll(),
      Escape: () => this.showAll(),
    };
    box.addEventListener('keydown', (event) => {
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    });
  }

  #timeAt(index: number): number {
    return this.#chart.times[index] ?? 0;
  }

  #show(from: number, to: number): void {
    const [first, last] = [this.#timeAt(0), this.#timeAt(this.#chart.times.length - 1)];
    const span = Math.min(last - first, Math.max(MINIMUM_SPAN_SECONDS, to - from));
    const min = Math.max(first, Math.min(last - span, from));
    this.#chart.plot.setScale('x', { min, max: min + span });
  }
}

/** The last index whose time is not after the given one. */
function indexAt(times: readonly number[], wanted: number): number {
  return Math.max(
    0,
    times.findLastIndex((time) => time <= wanted),
  );
}
