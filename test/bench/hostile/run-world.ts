import { decodeShardHealth, type ShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import { decodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { seedOf } from '../../../lib/series/seeded-noise.ts';
import { Container, type Servers } from './container.ts';
import { Dice } from './dice.ts';
import { type Fault, isActive, type TickDisturbance } from './fault.ts';
import { type Background, FIRST_TICK_SECONDS, tickSeconds } from './healthy-background.ts';
import { hostileConfiguration } from './hostile-configuration.ts';
import type { Metric, Notification, Observed, TickObserved } from './observed.ts';
import { AlertmanagerInProcess } from './servers/alertmanager-in-process.ts';
import { InfluxDbInProcess } from './servers/influxdb-in-process.ts';
import { PrometheusInProcess } from './servers/prometheus-in-process.ts';
import { RetryAfterWatch } from './servers/retry-after-watch.ts';
import { UnreliableObjects } from './servers/unreliable-objects.ts';
import { VirtualClock } from './virtual-clock.ts';

const STATE_KEY = 'state/shard-0.cbor';
const HEALTH_KEY = 'health/shard-0.json';
/** A rule fires a little after its time. */
const MOST_JITTER_SECONDS = 0.9;
/** Reading the state costs as much as a tick: it is looked at now and then. */
const TICKS_BETWEEN_LOOKS = 5;
/** An event that would come again later than this after its time waits behind the next one, and is left out. */
const MOST_SECONDS_BEFORE_AGAIN = 20;
/** The tick of the next minute waits for the one before. */
const LONGEST_TICK_SECONDS = 58;

/**
 * Runs the ticks of a world in virtual time, with the real wiring between servers in this process.
 *
 * @param faults none for the undisturbed run.
 */
export async function runWorld(background: Background, faults: readonly Fault[]): Promise<Observed> {
  const clock = new VirtualClock(FIRST_TICK_SECONDS - 1, seedOf(`clock ${background.seed}`));
  using _installed = clock.install();
  const retryAfter = new RetryAfterWatch(clock);
  const servers: Servers = {
    clock,
    source: new PrometheusInProcess(background, faults, clock, retryAfter),
    results: new InfluxDbInProcess(faults, clock, retryAfter),
    alerts: new AlertmanagerInProcess(faults, clock, retryAfter),
    objects: new UnreliableObjects(faults, clock),
  };
  const notices: Notification[] = [];
  const configuration = hostileConfiguration(background);
  let containers = 0;
  const newContainer = () => {
    containers += 1;
    return Container.start(configuration, servers, containers, (_level, _message, { kind, metric }) => {
      if (kind === 'metricSilent' || kind === 'metricRecovered')
        notices.push({ kind, metric: String(metric), atSeconds: clock.nowSeconds() });
    });
  };
  const dice = new Dice(seedOf(`ticks ${background.seed}`));
  const ticks: TickObserved[] = [];
  let container = await newContainer();
  for (let tick = 0; tick < background.ticks; tick += 1) {
    const eventSeconds = tickSeconds(tick);
    await clock.passUntil(eventSeconds + dice.uniform() * MOST_JITTER_SECONDS);
    retryAfter.begin();
    const disturbances = faults
      .filter((fault) => isActive(fault, eventSeconds))
      .flatMap(({ onTick }) => onTick?.() ?? []);
    const isInNewContainer = container.isDead || disturbances.some(({ kind }) => kind === 'new-container');
    if (isInNewContainer) container = await newContainer();
    const outcome = await runTick(container, newContainer, eventSeconds, disturbances, clock, () =>
      retryAfter.begin(),
    );
    ticks.push({
      atSeconds: eventSeconds,
      outcome,
      isInNewContainer,
      isRepeated: disturbances.some(({ kind }) => kind === 'twice' || kind === 'again'),
      look:
        tick % TICKS_BETWEEN_LOOKS === 0 || tick === background.ticks - 1
          ? await look(servers.objects)
          : undefined,
    });
  }
  const { results, alerts, objects } = servers;
  return {
    points: results.points,
    changedPoints: results.changed,
    incidents: alerts.incidents,
    notices,
    ticks,
    earlyCalls: retryAfter.found,
    objectKeys: await objects.sound.list(''),
  };
}

async function runTick(
  container: Container,
  startOther: () => Promise<Container>,
  eventSeconds: number,
  disturbances: readonly TickDisturbance[],
  clock: VirtualClock,
  beforeAgain: () => void,
): Promise<TickObserved['outcome']> {
  if (disturbances.some(({ kind }) => kind === 'missed')) return 'missed';
  const killed = disturbances.find((one) => one.kind === 'killed');
  const again = disturbances.find((one) => one.kind === 'again');
  let outcome: TickObserved['outcome'] = 'out of time';
  const work = async () => {
    const isTwice = disturbances.some(({ kind }) => kind === 'twice');
    const other = isTwice ? (await startOther()).invoke(eventSeconds) : undefined;
    outcome = await container.invoke(eventSeconds, killed?.afterPhase);
    await other;
    if (again === undefined || container.isDead) return;
    for (const seconds of [eventSeconds, eventSeconds - again.ticksBack * 60]) {
      if (container.isDead || clock.nowSeconds() > eventSeconds + MOST_SECONDS_BEFORE_AGAIN) return;
      beforeAgain();
      await container.invoke(seconds);
    }
  };
  // Events that come again wait for each other.
  const endSeconds =
    clock.nowSeconds() + (again === undefined ? LONGEST_TICK_SECONDS : 4 * LONGEST_TICK_SECONDS);
  await clock.passUntilDone(work(), endSeconds);
  return outcome;
}

/** What can be seen of the shard from outside, as `tidemark status` does. */
async function look({ sound }: UnreliableObjects): Promise<TickObserved['look']> {
  const stored = await sound.get(STATE_KEY);
  if (stored === undefined) return undefined;
  const state = decodeShardState(stored.bytes);
  const metrics: Metric[] = [...state.metrics].map(([name, { watermarkSeconds, series }]) => ({
    name,
    watermarkSeconds,
    scoredSeconds: Math.max(0, ...[...series.values()].map(({ lastSeenSeconds }) => lastSeenSeconds)),
    warming: [...series.values()].filter(({ warmUp }) => warmUp !== undefined).length,
  }));
  const health = await sound.get(HEALTH_KEY);
  return {
    metrics,
    health: health === undefined ? undefined : decodedHealth(health.bytes),
    stateBytes: stored.bytes.length,
    outbox: state.outbox.length,
    spool: state.spool.map(({ key }) => key),
    spoolBytes: state.spool.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

function decodedHealth(bytes: Uint8Array): ShardHealth | undefined {
  try {
    return decodeShardHealth(bytes);
  } catch {
    return undefined;
  }
}
