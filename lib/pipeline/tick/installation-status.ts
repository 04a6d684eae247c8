import type { ConnectionHealth, ConnectionState } from '../../connections/connection-health.ts';
import type { ConnectionRole } from '../../connections/connection-watch.ts';
import type { TickPorts } from './collect-and-detect.ts';
import type { HealthNote } from './health-note.ts';
import type { MetricHealth } from './metric-health.ts';
import type { ShardHealth } from './shard-health-file.ts';

/** How one connection is: now, from here, and as the ticks have seen it. */
export interface ConnectionStatus {
  readonly role: ConnectionRole;
  readonly service: string;
  /** Whether it answers now, asked from where this runs. */
  readonly isUp: boolean;
  /** Version or address when it answers, the reason when it does not. */
  readonly detail: string;
  /** As the ticks see it, by the shard that fares worst; undefined when no tick has called it yet. */
  readonly overTicks: (ConnectionHealth & { readonly shard: number }) | undefined;
}

/** Up to when a metric is scored. */
export interface MetricStatus {
  readonly name: string;
  readonly shard: number;
  readonly series: number;
  readonly watermarkSeconds: number;
  readonly alertsWaiting: number;
}

/** Something that the ticks of a shard noticed within a day. */
export type ShardNote = HealthNote & { readonly shard: number };

/** How an installation is. */
export interface InstallationStatus {
  readonly connections: readonly ConnectionStatus[];
  readonly metrics: readonly MetricStatus[];
  /** Metrics without a scored sample, with the reason. */
  readonly unscored: readonly MetricHealth[];
  readonly notes: readonly ShardNote[];
  /** The newest moment at which a tick wrote anything down, Unix seconds; undefined when none ever ran. */
  readonly lastNotedSeconds: number | undefined;
  /** What could not be looked at, for a person. */
  readonly problems: readonly string[];
}

type StatusPorts = Pick<TickPorts, 'source' | 'results' | 'copies' | 'alerts' | 'states' | 'health'>;
/** Anything that can be asked how it is. */
type Checked = Pick<TickPorts['results'], 'name' | 'check'>;

/**
 * Asks every connection how it is, and looks up what the ticks have written down. Nothing that is down keeps it from
 * reporting the others.
 *
 * @param objects the store of states and models.
 * @param shards how many there are.
 */
export async function installationStatus(
  { source, results, copies, alerts, states, health }: StatusPorts,
  objects: Checked,
  shards: number,
): Promise<InstallationStatus> {
  const problems: string[] = [];
  const stored: ShardHealth[] = [];
  const metrics: MetricStatus[] = [];
  for (let shard = 0; shard < shards; shard += 1) {
    const ofShard = await health?.read(shard);
    if (ofShard !== undefined) stored.push(ofShard);
    try {
      const { metrics: memories, outbox } = await states.read(shard);
      for (const [name, { watermarkSeconds, series }] of memories)
        metrics.push({ name, shard, series: series.size, watermarkSeconds, alertsWaiting: outbox.length });
    } catch (error) {
      problems.push(
        `The state of shard ${shard} can't be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  const ports: (readonly [ConnectionRole, Checked])[] = [
    ['source', source],
    ['results', results],
    ...(copies?.copies ?? []).map(({ store }) => ['copies', store] as const),
    ['objects', objects],
    ...alerts.map((channel) => ['alerts', channel] as const),
  ];
  const connections = await Promise.all(
    ports.map(async ([role, port]) => {
      const { isUp, detail } = await port.check();
      return { role, service: port.name, isUp, detail, overTicks: worstOf(role, port.name, stored) };
    }),
  );
  const noted = [
    ...stored.map(({ timeSeconds }) => timeSeconds),
    ...metrics.map((one) => one.watermarkSeconds),
  ];
  const lastNotedSeconds = noted.length === 0 ? undefined : Math.max(...noted);
  const unscored = stored.flatMap((one) => one.metrics.filter(({ state }) => state !== 'scored'));
  const notes = stored.flatMap((one) => one.notes.map((note) => ({ ...note, shard: one.shard })));
  return { connections, metrics, unscored, notes, lastNotedSeconds, problems };
}

const BADNESS: Readonly<Record<ConnectionState, number>> = { up: 0, degraded: 1, down: 2 };

function worstOf(
  role: ConnectionRole,
  service: string,
  stored: readonly ShardHealth[],
): ConnectionStatus['overTicks'] {
  return stored
    .flatMap(({ shard, connections }) => connections.map((connection) => ({ ...connection, shard })))
    .filter((connection) => connection.role === role && connection.service === service)
    .toSorted(
      (one, other) => BADNESS[other.state] - BADNESS[one.state] || one.sinceSeconds - other.sinceSeconds,
    )[0];
}
