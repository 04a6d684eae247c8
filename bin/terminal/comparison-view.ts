import type { Change, ModelComparison, SeriesChange } from '../../lib/pipeline/models/compare-models.ts';
import { figure, percent, timeText } from './model-view.ts';
import type { Paint } from './style.ts';

const COLOURS = { added: 'green', removed: 'red', same: 'dim', refitted: 'yellow' } as const;

/** The differences between two versions, as lines of text; equal values are left out. */
export function comparisonLines(comparison: ModelComparison, paint: Paint): string[] {
  const { metric, version, configurationHash, window, libraries, series } = comparison;
  const end = (one: ModelComparison['window']['before']) => one && timeText(one.endSeconds);
  const facts = [
    change('configuration', configurationHash, String),
    change('history until', { before: end(window.before), after: end(window.after) }, String),
    ...Object.entries(libraries).map(([name, versions]) => change(name, versions, String)),
  ];
  return [
    `${paint('bold', metric)}  ${version.before} -> ${version.after}`,
    ...facts.flat().map((line) => `  ${line}`),
    ...series.flatMap((one) => [
      `${paint('bold', one.key)}  ${paint(COLOURS[one.change], one.change)}`,
      ...seriesFacts(one).map((line) => `  ${line}`),
    ]),
  ];
}

function seriesFacts({
  kind,
  skill,
  scores,
  bandWidth,
  amplitudes,
  distance,
  reasons,
  ...one
}: SeriesChange): string[] {
  const score = (name: 'error' | 'intervalScore' | 'coverage' | 'falseAlertsPerWeek') => ({
    before: scores.before?.[name],
    after: scores.after?.[name],
  });
  return [
    ...change('kind', kind, String),
    ...change('trained until', one.trainedUntilSeconds, timeText),
    ...change('skill', skill, figure),
    ...change('error', score('error'), figure),
    ...change('interval score', score('intervalScore'), figure),
    ...change('coverage', score('coverage'), percent),
    ...change('alerts a week', score('falseAlertsPerWeek'), figure),
    ...change('band width', bandWidth, figure),
    ...Object.entries(amplitudes).flatMap(([name, sizes]) => change(`${name} amplitude`, sizes, figure)),
    ...(distance === undefined || distance === 0
      ? []
      : [`${'distance'.padEnd(16)}  ${figure(distance)} on the next day`]),
    ...(reasons.length === 0 ? [] : [`${'decision'.padEnd(16)}  ${reasons.join('; ')}`]),
  ];
}

/** `error             1.02 -> 0.98`; nothing when the values are equal. */
function change<Value>(
  name: string,
  { before, after }: Change<Value>,
  text: (value: Value) => string,
): string[] {
  const [older, newer] = [before, after].map((value) => (value === undefined ? 'none' : text(value)));
  return older === newer ? [] : [`${name.padEnd(16)}  ${older} -> ${newer}`];
}
