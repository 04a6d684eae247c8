import type { NabFigures, QualityRun } from './quality-report.ts';

/** The run as tables for a terminal (and, with its pipes, for a README). */
export function qualityTables({ report, calibration, costs }: QualityRun): string {
  const parts = [`Detector: ${report.detector}`];
  if (report.nab !== null) {
    const { nominal, best, categories } = report.nab;
    parts.push(
      table(
        ['NAB', 'standard', 'low FP', 'low FN', 'windows hit', 'false alerts'],
        [
          ['budget 1 a week', ...nabCells(nominal)],
          [`best threshold (${best.threshold.toFixed(1)})`, ...nabCells(best)],
        ],
      ),
      table(
        ['NAB category', 'standard'],
        Object.entries(categories).map(([name, standard]) => [name, standard.toFixed(1)]),
      ),
    );
  }
  const rows = Object.entries(report.sets).flatMap(([name, set]) =>
    Object.entries(set.budgets)
      .sort(([a], [b]) => Number(b) - Number(a))
      .map(([budget, figures], index) => [
        ...(index === 0
          ? [name, `${set.series}`, set.seriesWeeks.toFixed(1), `${set.incidents}`, set.delayF1.toFixed(3)]
          : ['', '', '', '', '']),
        budget,
        figures.falseAlertsPerSeriesWeek.toFixed(2),
        ratioOf(calibration[name]?.find((one) => one.nominalPerWeek === Number(budget))?.ratio),
        figures.recall?.toFixed(2) ?? '-',
        figures.medianDelayPoints?.toString() ?? '-',
      ]),
  );
  if (rows.length > 0)
    parts.push(
      table(
        [
          'set',
          'series',
          'weeks',
          'incidents',
          'delay-F1',
          'budget',
          'false alerts/week',
          'realised/nominal',
          'recall',
          'median delay',
        ],
        rows,
      ),
    );
  const nanosecondsPerPoint = (1e9 * costs.detectionSeconds) / Math.max(1, costs.points);
  parts.push(
    `${report.seconds.toFixed(1)} s; ${costs.points} points, ${nanosecondsPerPoint.toFixed(0)} ns each through the ` +
      `pipeline; ${costs.fits} fits in ${costs.fitSeconds.toFixed(1)} s (the others came from the cache); ` +
      `state ${costs.medianStateBytes} bytes in the median, ${costs.maximumStateBytes} at most`,
  );
  return `${parts.join('\n\n')}\n`;
}

function nabCells(figures: NabFigures): string[] {
  return [
    figures.standard.toFixed(1),
    figures.lowFalsePositive.toFixed(1),
    figures.lowFalseNegative.toFixed(1),
    `${figures.hits} of ${figures.windows}`,
    `${figures.falseAlerts}`,
  ];
}

function ratioOf(ratio: number | undefined): string {
  return ratio === undefined ? '-' : ratio.toFixed(2);
}

/** The first column to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
