import { afterEach, describe, expect, it, vi } from 'vitest';
import { CloudWatchMetrics } from '../../lib/telemetry/cloudwatch-metrics.ts';

const metrics = new CloudWatchMetrics({ namespace: 'Tides', service: 'tidemark', environment: 'production' });

/** What was written to standard output, line by line. */
function linesOf(work: () => void): unknown[] {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  work();
  return output.mock.calls.map(([text]) => JSON.parse(String(text)));
}

afterEach(() => vi.restoreAllMocks());

describe('measurements for CloudWatch', () => {
  it('are one line of the embedded metric format, with units, service and environment', () => {
    const lines = linesOf(() => metrics.record({ WatermarkLag: 65, SeriesScored: 40, QueryDuration: 12.5 }));
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Tides',
              Dimensions: [['service', 'environment']],
              Metrics: [
                { Name: 'WatermarkLag', Unit: 'Seconds' },
                { Name: 'SeriesScored', Unit: 'Count' },
                { Name: 'QueryDuration', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'tidemark',
        environment: 'production',
        WatermarkLag: 65,
        SeriesScored: 40,
        QueryDuration: 12.5,
      },
    ]);
  });

  it('tell apart by a further dimension, and only note a property', () => {
    const about = { dimensions: { metric: 'cpu' }, properties: { shard: '3' } };
    const [line] = linesOf(() => metrics.record({ SeriesScored: 1 }, about));
    expect(line).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'environment', 'metric']] }] },
      metric: 'cpu',
      shard: '3',
    });
  });

  it('leave out non-finite numbers, and write nothing when none is left', () => {
    const lines = linesOf(() => {
      metrics.record({
        SeriesScored: 0,
        ModelAge: Number.NaN,
        WatermarkLag: Infinity,
        PointsLate: undefined,
      });
      metrics.record({ ModelAge: Number.NaN });
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ SeriesScored: 0 });
    expect(lines[0]).not.toHaveProperty('ModelAge');
  });

  it('keep nothing of one line for the next', () => {
    const about = { dimensions: { metric: 'cpu' }, properties: { shard: '3' } };
    const lines = linesOf(() => {
      metrics.record({ SeriesScored: 1 }, about);
      metrics.record({ PointsLate: 2 });
    });
    expect(lines[1]).not.toHaveProperty('metric');
    expect(lines[1]).not.toHaveProperty('shard');
    expect(lines[1]).not.toHaveProperty('SeriesScored');
  });
});
