import type { ShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import type { Invocation } from './container.ts';
import type { AlertmanagerInProcess } from './servers/alertmanager-in-process.ts';
import type { InfluxDbInProcess } from './servers/influxdb-in-process.ts';

/** A metric by the stored state of its shard. */
export interface Metric {
  readonly name: string;
  readonly watermarkSeconds: number;
  /** Its newest scored sample, Unix seconds; 0 for none. */
  readonly scoredSeconds: number;
  /** Series whose history is still being replayed. */
  readonly warming: number;
}

/** What was notified of a metric that is silent, or no longer. */
export interface Notification {
  readonly kind: 'metricSilent' | 'metricRecovered';
  readonly metric: string;
  readonly atSeconds: number;
}

/** One tick, as seen from outside. */
export interface TickObserved {
  readonly atSeconds: number;
  readonly outcome: Invocation | 'missed';
  /** Whether it ran in a container that knows nothing of the ticks before. */
  readonly isInNewContainer: boolean;
  /** Whether it ran more than once. */
  readonly isRepeated: boolean;
  /** What the stores had after it; undefined where nobody looked. */
  readonly look:
    | {
        readonly metrics: readonly Metric[];
        readonly health: ShardHealth | undefined;
        readonly stateBytes: number;
        readonly outbox: number;
        readonly spool: readonly string[];
        readonly spoolBytes: number;
      }
    | undefined;
}

/** All that a world left behind. */
export interface Observed {
  readonly points: InfluxDbInProcess['points'];
  readonly changedPoints: readonly string[];
  readonly incidents: AlertmanagerInProcess['incidents'];
  readonly notices: readonly Notification[];
  readonly ticks: readonly TickObserved[];
  /** Calls that came sooner than a server asked for. */
  readonly earlyCalls: readonly string[];
  readonly objectKeys: readonly string[];
}
