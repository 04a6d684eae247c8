import { describe, expect, it } from 'vitest';
import type { Feedback } from '../../../lib/models/feedback.ts';
import { maintenanceWindows } from '../../../lib/pipeline/watch/maintenance.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';

const usual = (time: number) =>
  50 + 10 * Math.cos((time / DAY) * 2 * Math.PI) + normalAt(5, Math.floor(time / 300));
const trouble = { start: midnight - 4 * DAY + 900, end: midnight - 4 * DAY + 6 * 3600 };
const isTrouble = (time: number) => time >= trouble.start && time <= trouble.end;
const troubled = () => new FunctionSource(['a'], (_, __, time) => (isTrouble(time) ? 400 : usual(time)));
/** As if nothing had been measured while there was trouble. */
const silent = () => new FunctionSource(['a'], (_, __, time) => (isTrouble(time) ? undefined : usual(time)));

const incident = (judgement: Feedback['judgement'], host = 'a'): Feedback => ({
  incidentId: `id-${host}`,
  metric: 'cpu_usage',
  labels: { host },
  startSeconds: trouble.start,
  endSeconds: trouble.end,
  judgement,
  givenAtSeconds: midnight,
});
const said = (...feedback: Feedback[]) => ({ of: async () => feedback });

type Run = Parameters<typeof trainOnce>;

async function modelOf(source: FunctionSource, metricsToTrain?: Run[3], changes?: Run[4]) {
  const { objects } = temporaryObjects();
  const metrics = await trainOnce(objects, source, midnight, metricsToTrain, changes);
  const [series] = metrics[0]!.series;
  return {
    model: series?.fitted?.model,
    reasons: series?.decision.reasons.join('; '),
    warnings: metrics[0]!.warnings,
  };
}

describe('what no model learns', () => {
  it('is an incident that a person confirmed, and the decision says so', async () => {
    const confirmed = await modelOf(troubled(), undefined, { feedback: said(incident('confirmed')) });
    expect(confirmed.model).toEqual((await modelOf(silent())).model);
    expect(confirmed.reasons).toContain('left out as a confirmed incident: 5h45m from 2026-02-26T00:15Z');
  });

  it('is no incident of another series, and none that a person called a false alarm', async () => {
    const taught = (await modelOf(troubled())).model;
    const others = [incident('confirmed', 'b'), incident('false-alarm')];
    for (const one of others) {
      const { model } = await modelOf(troubled(), undefined, { feedback: said(one) });
      expect(model).toEqual(taught);
    }
  });

  it('is what looks like an incident to the champion, unless a person said that it was none', async () => {
    const objectsOf = async () => {
      const { objects } = temporaryObjects();
      const calm = new FunctionSource(['a'], (_, __, time) => usual(time));
      await trainOnce(objects, calm, midnight - DAY);
      return objects;
    };
    const reasonsWith = async (feedback: ReturnType<typeof said> | undefined) => {
      const metrics = await trainOnce(await objectsOf(), troubled(), midnight, undefined, { feedback });
      return metrics[0]?.series[0]?.decision.reasons.join('; ');
    };
    expect(await reasonsWith(undefined)).toContain('left out as an incident:');
    expect(await reasonsWith(said(incident('false-alarm')))).not.toContain('left out');
    expect(await reasonsWith(said(incident('confirmed')))).toMatch(
      /left out as a confirmed incident: [^;]*$/,
    );
  });

  it('is what maintenance covers, of the metrics that it concerns', async () => {
    const during = (metrics: string[] | undefined) =>
      maintenanceWindows([
        {
          name: 'works',
          fromSeconds: trouble.start,
          toSeconds: trouble.end + 1,
          timezone: 'UTC',
          ...(metrics && { metrics }),
        },
      ]);
    const withMaintenance = (metrics?: string[]) => [{ ...metric(), maintenance: during(metrics) }];
    const absent = (await modelOf(silent())).model;
    expect((await modelOf(troubled(), withMaintenance())).model).toEqual(absent);
    expect((await modelOf(troubled(), withMaintenance(['cpu_usage']))).model).toEqual(absent);
    expect((await modelOf(troubled(), withMaintenance(['memory']))).model).not.toEqual(absent);
  });

  it('does not depend on feedback that cannot be read, and warns', async () => {
    const broken = { of: () => Promise.reject(new Error('its JSON is cut')) };
    const { model, warnings } = await modelOf(troubled(), undefined, { feedback: broken });
    expect(model).toEqual((await modelOf(troubled())).model);
    expect(warnings).toEqual(['Could not read the feedback on alerts; training without it: its JSON is cut']);
  });
});
