import type { Configuration } from '../config/schema.ts';
import { InfluxDbDashboardStore } from './influxdb/influxdb-dashboard-store.ts';
import { PrometheusDashboardStore } from './prometheus/prometheus-dashboard-store.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

/** The kinds of stores that dashboards can read. */
export const dashboardStoreKinds = ['influxdb', 'prometheus'] as const;

/** One of {@link dashboardStoreKinds}. */
export type DashboardStoreKind = (typeof dashboardStoreKinds)[number];

/** US dollars for a gigabyte and second of AWS Lambda. Source: list price of us-east-1, first tier. */
const PER_GIGABYTE_SECOND = { arm64: 0.0000133334, x86_64: 0.0000166667 } as const;
const MEGABYTES_PER_GIGABYTE = 1024;
/** The bucket where another kind of store is configured. */
const DEFAULT_BUCKET = 'tidemark';

/**
 * The store that the dashboards of an installation read.
 *
 * @param kind where results go to several stores or are copied; by default the configured store.
 * @throws RangeError when results go to a store that Grafana can't read, and no kind is given.
 */
export function configuredDashboardStore(
  { grafana, results, functions }: Pick<Configuration, 'grafana' | 'results' | 'functions'>,
  kind?: DashboardStoreKind,
): DashboardStore {
  const { datasourceUid = `tidemark-${kind ?? results.kind}` } = grafana;
  if (kind === 'prometheus') return new PrometheusDashboardStore({ datasourceUid });
  if (kind === undefined && results.kind !== 'influxdb')
    throw new RangeError(
      `results.kind is "${results.kind}", which the dashboards can't read: set it to influxdb, or choose a store with --store influxdb or --store prometheus`,
    );
  const { memoryMegabytes } = functions.collectAndDetect;
  return new InfluxDbDashboardStore({
    datasourceUid,
    bucket: results.kind === 'influxdb' ? results.bucket : DEFAULT_BUCKET,
    price: {
      memoryGigabytes: memoryMegabytes / MEGABYTES_PER_GIGABYTE,
      perGigabyteSecond: PER_GIGABYTE_SECOND[functions.architecture],
    },
  });
}
