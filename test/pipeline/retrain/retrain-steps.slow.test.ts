import { describe, expect, it } from 'vitest';
import { fitStep } from '../../../lib/pipeline/retrain/fit-step.ts';
import { planRetrain } from '../../../lib/pipeline/retrain/plan-retrain.ts';
import { promoteStep } from '../../../lib/pipeline/retrain/promote-step.ts';
import { reportRetrain } from '../../../lib/pipeline/retrain/report-retrain.ts';
import {
  noteProgress,
  planDocument,
  progressDocument,
  reportDocument,
} from '../../../lib/pipeline/retrain/retrain-documents.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { DAY, defaultSettings, FunctionSource, midnight } from '../training/training-run.ts';
import { ProcessEnded, retrainWorld, rhythmAt, runSteps, soundSource } from './retrain-world.ts';

/** A source that fails for one metric. */
function failingFor(name: string, error: Error) {
  const source = soundSource();
  const answer = source.queryRange.bind(source);
  source.queryRange = (query) => (query.query === name ? Promise.reject(error) : answer(query));
  return source;
}

describe('the steps of a retraining', () => {
  it('promote what was fitted, record it, send a notice and measure it', async () => {
    const world = retrainWorld(temporaryObjects().objects, { nowSeconds: () => midnight + 77 });
    await runSteps(world, 'run', midnight + 0.6);
    const { champions } = await world.ports.models.champions();
    expect([...champions.keys()]).toEqual(['cpu_usage', 'memory']);
    expect(world.results.records).toMatchObject([
      { measurement: 'training', metric: 'cpu_usage', status: 'promoted', timeSeconds: midnight },
      { measurement: 'training', metric: 'memory', status: 'promoted', timeSeconds: midnight },
    ]);
    const version = champions.get('cpu_usage')?.version;
    expect(world.notices.sent).toMatchObject([
      {
        kind: 'modelPromoted',
        metric: 'cpu_usage',
        timeSeconds: midnight,
        text: `cpu_usage: 2 of 2 series have a new model, version ${version}.`,
        facts: { run: 'run', modelVersion: version, replaced: null },
      },
      { kind: 'modelPromoted', metric: 'memory' },
    ]);
    expect(world.measured).toEqual([
      { TrainingDuration: 77, TrainingFailures: 0, ModelsPromoted: 2, ModelsRejected: 0 },
    ]);
  });

  it('report that candidates were rejected, and why', async () => {
    const { objects } = temporaryObjects();
    await runSteps(retrainWorld(objects), 'first', midnight);
    const { daily, ...seasonalities } = defaultSettings.seasonalities;
    // Without a rhythm of the day, and on days that differ: worse by its settings alone.
    const stiff = { seasonalities: { ...seasonalities, daily: { ...daily, use: 'never' } } } as const;
    const uneven = new FunctionSource(['a', 'bb'], (_, host, time) =>
      time < midnight
        ? rhythmAt(host, time) + 25 * normalAt(9, Math.floor(time / DAY))
        : rhythmAt(host, time),
    );
    const again = retrainWorld(objects, { source: uneven }, stiff);
    await runSteps(again, 'second', midnight + DAY);
    expect(again.notices.sent).toMatchObject([
      { kind: 'modelRejected', metric: 'cpu_usage', facts: { run: 'second' } },
      { kind: 'modelRejected', metric: 'memory' },
    ]);
    expect(again.notices.sent[0]?.text).toMatch(/^cpu_usage: no new model passed the test.*the champion's/);
    expect(again.measured).toMatchObject([{ ModelsPromoted: 0, ModelsRejected: 2 }]);
  });

  it('note a metric whose query is refused at once, and train the others', async () => {
    const source = failingFor('cpu_usage', new SourceQueryError('many-to-many matching'));
    const world = retrainWorld(temporaryObjects().objects, { source });
    await runSteps(world, 'run', midnight);
    expect(await world.ports.runs.read(progressDocument('cpu_usage'), 'run')).toMatchObject({
      status: 'failed',
      reason: 'many-to-many matching',
    });
    expect((await world.ports.models.champions()).champions.has('memory')).toBe(true);
    expect(world.measured).toMatchObject([{ TrainingFailures: 1, ModelsPromoted: 1 }]);
    expect(world.notices.sent.map(({ metric }) => metric)).toEqual(['memory']);
  });

  it('throw what may pass, so that the state machine repeats the step, and note it when it gives up', async () => {
    const error = new SourceUnavailableError('connection refused');
    const world = retrainWorld(temporaryObjects().objects, { source: failingFor('cpu_usage', error) });
    await runSteps(world, 'run', midnight);
    expect(await world.ports.runs.read(progressDocument('cpu_usage'), 'run')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('connection refused'),
    });
    expect(world.results.records).toMatchObject([{ status: 'failed' }, { status: 'promoted' }]);
  });

  it('do nothing twice: each step that is repeated answers as before', async () => {
    const source = soundSource();
    const world = retrainWorld(temporaryObjects().objects, { source });
    await runSteps(world, 'run', midnight);
    const { models } = world.ports;
    const queries = source.queries.length;
    const champions = (await models.champions()).champions;
    await runSteps(world, 'run', midnight + 9999);
    expect(source.queries).toHaveLength(queries);
    expect((await models.champions()).champions).toEqual(champions);
    const [first, second, ...again] = world.notices.sent;
    expect(again).toEqual([first, second]);
    expect(world.results.records.slice(2)).toEqual(world.results.records.slice(0, 2));
  });

  it('fit nothing again when only the answer of a fit was lost', async () => {
    const source = soundSource();
    const { ports, settings } = retrainWorld(temporaryObjects().objects, { source });
    await planRetrain(ports.runs, 'run', midnight, ['memory']);
    expect(await fitStep(ports, settings, 'run', 'memory')).toBe('candidate');
    const queries = source.queries.length;
    expect(await fitStep(ports, settings, 'run', 'memory')).toBe('candidate');
    expect(source.queries).toHaveLength(queries);
    expect(await promoteStep(ports, settings, 'run', 'memory')).toBe('promoted');
  });

  it('keep what was reached when a fit that was given up ends long after its repetition', async () => {
    const { objects } = temporaryObjects();
    const source = soundSource();
    const answer = source.queryRange.bind(source);
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    source.queryRange = async (query) => {
      asked.resolve();
      await held.promise;
      return answer(query);
    };
    const hanging = retrainWorld(objects, { source });
    const world = retrainWorld(objects);
    await planRetrain(world.ports.runs, 'run', midnight, ['memory']);
    const givenUp = fitStep(hanging.ports, hanging.settings, 'run', 'memory');
    await asked.promise;
    await runSteps(world, 'run', midnight);
    const settled = await world.ports.runs.read(progressDocument('memory'), 'run');
    held.resolve();
    await givenUp;
    expect(settled).toMatchObject({ stage: 'settled', status: 'promoted' });
    expect(await world.ports.runs.read(progressDocument('memory'), 'run')).toEqual(settled);
    expect(await reportRetrain(world.ports, world.settings, 'run')).toMatchObject({ promoted: 1, failed: 0 });
  });

  it('go on from a fit when its repetition only begins', async () => {
    const { ports, settings } = retrainWorld(temporaryObjects().objects);
    await planRetrain(ports.runs, 'run', midnight, ['memory']);
    await fitStep(ports, settings, 'run', 'memory');
    await noteProgress(ports.runs, 'run', 'memory', { stage: 'fitting' });
    expect(await promoteStep(ports, settings, 'run', 'memory')).toBe('promoted');
  });

  it('keep the model of the one that was first when two runs meet', async () => {
    const { objects } = temporaryObjects();
    const one = retrainWorld(objects);
    const other = retrainWorld(objects);
    await planRetrain(one.ports.runs, 'one', midnight, ['memory']);
    await planRetrain(other.ports.runs, 'other', midnight + 300, ['memory']);
    await fitStep(one.ports, one.settings, 'one', 'memory');
    await fitStep(other.ports, other.settings, 'other', 'memory');
    expect(await promoteStep(other.ports, other.settings, 'other', 'memory')).toBe('promoted');
    const champion = (await one.ports.models.champions()).champions.get('memory');
    expect(await promoteStep(one.ports, one.settings, 'one', 'memory')).toBe('kept');
    expect((await one.ports.models.champions()).champions.get('memory')).toEqual(champion);
    expect(await one.ports.runs.read(progressDocument('memory'), 'one')).toMatchObject({
      status: 'kept',
      reason: expect.stringContaining('rollback changed it'),
    });
  });

  it('report again when a notice could not be sent, with all else done', async () => {
    const world = retrainWorld(temporaryObjects().objects);
    world.notices.failure = new Error('the bus is down');
    await expect(runSteps(world, 'run', midnight)).rejects.toThrow('the bus is down');
    expect(world.results.records).toHaveLength(2);
    expect(await world.ports.runs.read(reportDocument, 'run')).toBeDefined();
    await runSteps(world, 'run', midnight);
    expect(world.notices.sent).toHaveLength(2);
  });

  it('plan thousands of metrics, and say what to do about more than a workflow hands on', async () => {
    const { ports } = retrainWorld(temporaryObjects().objects);
    const named = (count: number) => Array.from({ length: count }, (_, index) => `${'m'.repeat(95)}${index}`);
    expect((await planRetrain(ports.runs, 'many', midnight, named(2000))).metrics).toHaveLength(2000);
    await expect(planRetrain(ports.runs, 'more', midnight, named(3000))).rejects.toThrow(
      /3000 metrics take \d+ bytes.*in parts with POST \/retrain/,
    );
    expect(await ports.runs.read(planDocument, 'more')).toBeUndefined();
  });

  it('look up the metrics of a report several at once, so that thousands do not take minutes', async () => {
    const { objects } = temporaryObjects();
    let reading = 0;
    let most = 0;
    const get = objects.get.bind(objects);
    objects.get = async (key) => {
      reading += 1;
      most = Math.max(most, reading);
      return get(key).finally(() => {
        reading -= 1;
      });
    };
    const { ports, settings } = retrainWorld(objects);
    const names = Array.from({ length: 40 }, (_, index) => `metric_${index}`);
    await planRetrain(ports.runs, 'run', midnight, names);
    expect(await reportRetrain(ports, settings, 'run')).toMatchObject({ failed: 40 });
    expect(most).toBe(16);
  });

  it('count a metric without an outcome as failed', async () => {
    const { objects } = temporaryObjects();
    const world = retrainWorld(objects, { source: failingFor('cpu_usage', new ProcessEnded()) });
    await expect(runSteps(world, 'run', midnight)).rejects.toThrow(ProcessEnded);
    expect(await reportRetrain(world.ports, world.settings, 'run')).toMatchObject({ failed: 2, promoted: 0 });
    expect(world.results.records[0]).toMatchObject({
      reason: expect.stringContaining('no outcome was recorded'),
    });
  });
});
