import { describe, expect, it } from 'vitest';
import { InvalidRetrainTaskError } from '../../lib/config/errors.ts';
import { readRetrainTask } from '../../lib/config/retrain-task.ts';

describe('a step of a retraining', () => {
  it.each([
    { task: 'plan', id: 'a-run', startedAt: '2026-03-02T03:00:00.123Z' },
    // As EventBridge Scheduler names an execution.
    { task: 'fit', id: '0b1c2d3e-1111-2222-3333-444455556666_0b1c2d3e-1111', metric: 'cpu_usage' },
    { task: 'promote', id: 'a-run', metric: 'node:cpu:rate5m' },
    { task: 'fail', id: 'a-run', metric: 'cpu_usage', cause: '' },
    { task: 'report', id: 'a-run' },
  ])('is read: %j', (task) => {
    expect(readRetrainTask(task)).toEqual(task);
  });

  it.each([
    [{}, 'task'],
    [{ task: 'train', id: 'a-run' }, 'task'],
    [{ task: 'fit', id: 'a-run' }, 'metric'],
    [{ task: 'fit', id: '../../state', metric: 'cpu' }, 'id'],
    [{ task: 'plan', id: 'a-run', startedAt: 'tonight' }, 'startedAt'],
    ['plan', 'the whole event'],
    [undefined, 'the whole event'],
  ])('is refused with what is wrong: %j', (event, wrong) => {
    expect(() => readRetrainTask(event)).toThrow(InvalidRetrainTaskError);
    expect(() => readRetrainTask(event)).toThrow(`wrong or missing: ${wrong}`);
  });
});
