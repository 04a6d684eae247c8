import { describe, expect, it } from 'vitest';
import { openAlertChannels } from '../../lib/alerts/open-alert-channels.ts';
import { secretReader } from '../../lib/config/read-secret.ts';
import { type Configuration, configurationSchema } from '../../lib/config/schema.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';

const inAws = { AWS_REGION: 'eu-central-1' };

async function channelsOf(alerts: object, environment: Readonly<Record<string, string>> = inAws) {
  const configuration: Configuration = configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    alerts,
  });
  const warnings: string[] = [];
  const channels = await openAlertChannels(configuration, {
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
    environment,
    retries: { remainingMilliseconds: () => Infinity, random: () => 0, sleep: async () => {} },
    secrets: secretReader({ TOKEN: 't' }),
  });
  return { names: channels.map(({ name }) => name), warnings };
}

describe('the alert channels', () => {
  it('are the log alone when the configuration names none', async () => {
    expect((await channelsOf({})).names).toEqual(['log']);
    expect((await channelsOf({ log: false })).names).toEqual([]);
  });

  it('are those whose section is written', async () => {
    const alerts = { eventbridge: {}, alertmanager: { url: 'http://127.0.0.1:9093' } };
    expect(await channelsOf(alerts)).toEqual({ names: ['log', 'eventbridge', 'alertmanager'], warnings: [] });
  });

  it('leave EventBridge out, and say so, where there is no AWS', async () => {
    const { names, warnings } = await channelsOf({ eventbridge: {} }, {});
    expect(names).toEqual(['log']);
    expect(warnings).toEqual(['No alerts are sent to EventBridge: AWS_REGION is not set']);
  });
});
