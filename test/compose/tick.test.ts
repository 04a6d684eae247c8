import { afterEach, describe, expect, it, vi } from 'vitest';
import { composeMetrics } from '../../lib/compose/metrics.ts';
import { configurationSchema } from '../../lib/config/schema.ts';

const configuration = configurationSchema.parse({
  name: 'tides',
  environment: 'staging',
  source: { kind: 'simulation' },
  metrics: [{ name: 'cpu' }],
  telemetry: { metricsNamespace: 'Team/Tides' },
});

afterEach(() => vi.restoreAllMocks());

function written(environment: Readonly<Record<string, string>>): unknown[] {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  composeMetrics(configuration, { environment }).record({ SeriesScored: 1 });
  return output.mock.calls.map(([text]) => JSON.parse(String(text)));
}

describe('the measurements of the product itself', () => {
  it('go to CloudWatch from a deployed function, under the configured names', () => {
    expect(written({ AWS_LAMBDA_FUNCTION_NAME: 'collect-and-detect' })).toMatchObject([
      {
        _aws: { CloudWatchMetrics: [{ Namespace: 'Team/Tides' }] },
        service: 'tides',
        environment: 'staging',
      },
    ]);
  });

  it('go nowhere from a machine of a person', () => {
    expect(written({})).toEqual([]);
  });
});
