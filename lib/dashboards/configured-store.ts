import type { Configuration } from '../config/schema.ts';
import { InfluxDbDashboardStore } from './influxdb/influxdb-dashboard-store.ts';
import { PrometheusDashboardStore } from './prometheus/prometheus-dashboard-store.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

/** The kinds of stores that dashboards can read. */
export const dashboardStoreKinds = ['influxdb', 'prometheus'] as const;

/** One of {@link dashboardStoreKinds}. */
export type DashboardStoreKind = (typeof dashboardStoreKinds)[number];

/** Which data source reads what a kind of store holds; none for files. */
const KIND_OF_RESULTS: Readonly<Partial<Record<Configuration['results']['kind'], DashboardStoreKind>>> = {
  influxdb: 'influxdb',
  'prometheus-remote-write': 'prometheus',
};

/** The settings that the queries of the dashboards depend on. */
type DashboardSettings = Pick<Configuration, 'grafana' | 'results' | 'functions' | 'schedule'>;

/** US dollars for a gigabyte and second of AWS Lambda. Source: list price of us-east-1, first tier. */
const PER_GIGABYTE_SECOND = { arm64: 0.0000133334, x86_64: 0.0000166667 } as const;
const MEGABYTES_PER_GIGABYTE = 1024;
/** The bucket where another kind of store is configured. */
const DEFAULT_BUCKET = 'tidemark';

/**
 * The store that the dashboards of an installation read.
 *
 * @param chosen where results go to several stores or are copied; by default the configured store.
 * @throws RangeError when results go to a store that Grafana can't read, and no kind is given.
 */
export function configuredDashboardStore(
  { grafana, results, functions, schedule }: DashboardSettings,
  chosen?: DashboardStoreKind,
): DashboardStore {
  const kind = chosen ?? KIND_OF_RESULTS[results.kind];
  if (kind === undefined)
    throw new RangeError(
      `results.kind is "${results.kind}", which the dashboards can't read: set it to influxdb, or choose a store with --store influxdb or --store prometheus`,
    );
  const { datasourceUid = `tidemark-${kind}` } = grafana;
  const price = {
    memoryGigabytes: functions.collectAndDetect.memoryMegabytes / MEGABYTES_PER_GIGABYTE,
    perGigabyteSecond: PER_GIGABYTE_SECOND[functions.architecture],
  };
  if (kind === 'prometheus')
    return new PrometheusDashboardStore({ datasourceUid, stepSeconds: schedule.intervalSeconds, price });
  const bucket = results.kind === 'influxdb' ? results.bucket : DEFAULT_BUCKET;
  return new InfluxDbDashboardStore({ datasourceUid, bucket, price });
}

/**
 * The configuration with the first store of results that Grafana can read as its record: `results`, else one of the copies.
 *
 * @param chosen the kind of store; any that Grafana can read when left out.
 * @returns the configuration as it is when there is none.
 */
export function withReadableResults(
  configuration: Configuration,
  chosen?: DashboardStoreKind,
): Configuration {
  const { results, resultCopies } = configuration;
  const readable = [results, ...Object.values(resultCopies)].find(({ kind }) => {
    const ofKind = KIND_OF_RESULTS[kind];
    return ofKind !== undefined && (chosen === undefined || ofKind === chosen);
  });
  return readable === undefined ? configuration : { ...configuration, results: readable };
}
