import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { openDeployment } from '../../lib/compose/deployment.ts';
import { type ComposedTick, composeTick } from '../../lib/compose/tick.ts';
import { functionEnvironment, readTickEvent } from '../../lib/config/function-environment.ts';
import type { CircuitBreaker } from '../../lib/connections/circuit-breaker.ts';
import type { TickSummary } from '../../lib/pipeline/tick/tick.ts';
import { lambdaLogger } from '../../lib/telemetry/lambda-logger.ts';

/** The longest delay until a pushed configuration takes effect. */
const CONFIGURATION_AGE_SECONDS = 300;

const environment = functionEnvironment.parse(process.env);
const logger = lambdaLogger();
const circuits = new Map<string, CircuitBreaker>();
let remainingMilliseconds = () => 0;
let composed: { readonly tick: Promise<ComposedTick>; readonly sinceSeconds: number } | undefined;

/** The wired tick of this container, rewired when its configuration may be out of date. */
function tickAt(timeSeconds: number): Promise<ComposedTick> {
  if (composed === undefined || Math.abs(timeSeconds - composed.sinceSeconds) >= CONFIGURATION_AGE_SECONDS) {
    const tick = compose(composed?.tick);
    composed = { tick, sinceSeconds: timeSeconds };
    tick.catch(() => {
      composed = undefined;
    });
  }
  return composed.tick;
}

/** @param before the previous tick, whose models and states are reused: they belong to the same bucket. */
async function compose(before: Promise<ComposedTick> | undefined): Promise<ComposedTick> {
  const deployment = await openDeployment(environment, import.meta.url, logger, () =>
    remainingMilliseconds(),
  );
  const warm = await before;
  return composeTick(
    deployment.configuration,
    { ...deployment.runtime, circuits },
    warm && {
      baselines: warm.ports.baselines,
      warmStates: warm.ports.warmStates,
      states: warm.ports.states,
      health: warm.ports.health,
    },
  );
}

/** The scheduled function: one tick of one shard, or all ticks of an interval. */
export const handler = middy(async (event: unknown, context: Context): Promise<TickSummary> => {
  const { shard, time } = readTickEvent(event);
  // Leaves a second after the last retry for the save, the log and the response.
  remainingMilliseconds = () => context.getRemainingTimeInMillis() - 1000;
  // Points are at whole seconds, as the times of rules are; manual calls may have fractions.
  const timeSeconds = Math.floor(Date.parse(time) / 1000);
  const summary = await (await tickAt(timeSeconds)).invoke(shard, timeSeconds);
  logger.info('Tick', { ...summary });
  return summary;
})
  .use(injectLambdaContext(logger.powertools))
  .onError(({ error }) => logger.error('The tick failed', { error }));
