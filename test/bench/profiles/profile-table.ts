import type { MonthlyCost } from '../../../lib/cdk/cost/monthly-cost.ts';
import type { MeasuredDetection, MeasuredModel } from './measure-detection.ts';

const dollars = (amount: number) => amount.toFixed(2);

/** Two tables for people: what a profile does, and what it costs. */
export function profileTable(runs: readonly ProfileRun[], budgetDollars: number): string {
  const does = runs.map(({ profile, model, detection, tickMilliseconds, tickRatio, peakRssMegabytes }) => [
    profile,
    `${tickMilliseconds.toFixed(1)} (${tickRatio.toFixed(2)})`,
    String(peakRssMegabytes),
    String(model.parameters),
    model.fitMilliseconds.toFixed(1),
    `${Math.round(100 * detection.recall)} % of ${detection.incidents}`,
    detection.falseAlertsPerSeriesWeek.toFixed(2),
    `${Math.round(detection.medianDelaySeconds)} s`,
  ]);
  const costs = runs.map(({ profile, memoryMegabytes, cost, costRatio }) => [
    profile,
    String(memoryMegabytes),
    dollars(cost.compute),
    dollars(cost.training),
    dollars(cost.stateWrites + cost.stateVersions),
    dollars(cost.logs + cost.rules),
    dollars(cost.metrics + cost.alarms),
    dollars(cost.secretsAndKeys),
    `${dollars(cost.total)} (${costRatio.toFixed(2)})`,
    dollars(cost.totalAfterFreeTier),
  ]);
  const balanced = runs.find(({ profile }) => profile === 'balanced')!;
  const isMet = balanced.cost.total <= budgetDollars;
  return [
    table(
      ['profile', 'tick ms (ratio)', 'MB', 'parameters', 'fit ms', 'found', 'false/week', 'notified after'],
      does,
    ),
    table(
      [
        '$ a month',
        'MB',
        'compute',
        'training',
        'S3',
        'logs',
        'metrics',
        'secrets',
        'total (ratio)',
        'free tier off',
      ],
      costs,
    ),
    `balanced: ${dollars(balanced.cost.total)} of at most ${dollars(budgetDollars)} dollars a month${isMet ? '' : ': NOT MET'}\n`,
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ');
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('');
}

/** What a profile costs and does. */
export interface ProfileRun {
  readonly profile: string;
  readonly tickMilliseconds: number;
  /** Against `balanced`. */
  readonly tickRatio: number;
  readonly peakRssMegabytes: number;
  readonly memoryMegabytes: number;
  readonly model: MeasuredModel;
  readonly detection: MeasuredDetection;
  readonly cost: MonthlyCost;
  readonly costRatio: number;
}
