import { secretReader } from '../config/read-secret.ts';
import type { Configuration } from '../config/schema.ts';
import {
  configuredDashboardStore,
  type DashboardStoreKind,
  withReadableResults,
} from '../dashboards/configured-store.ts';
import { GrafanaPushError } from '../dashboards/push/errors.ts';
import { GrafanaApi } from '../dashboards/push/grafana-api.ts';
import { type PushStep, push } from '../dashboards/push/push.ts';

const TIMEOUT_MILLISECONDS = 30_000;

/** What the caller chooses. */
export interface PushOptions {
  /** The store that Grafana reads; the configured one when omitted. */
  readonly store?: DashboardStoreKind;
  /** Address of Grafana; `grafana.url` when omitted. */
  readonly grafana?: string;
  /** Whether the differences are only shown. */
  readonly dryRun: boolean;
}

/**
 * Sends the dashboards and alert rules to Grafana.
 *
 * @throws GrafanaPushError when Grafana can't be reached or refuses something.
 * @throws SecretUnavailableError when the token can't be read.
 */
export async function pushDashboards(
  given: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
  { store: kind, grafana: url = given.grafana.url, dryRun }: PushOptions,
): Promise<PushStep[]> {
  const configuration = withReadableResults(given, kind);
  if (url === undefined)
    throw new GrafanaPushError('No Grafana is configured: set grafana.url, or give --grafana URL');
  const { token: reference } = configuration.grafana;
  const token = reference === undefined ? undefined : await secretReader(environment).read(reference);
  const api = new GrafanaApi({ url, token, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
  return push(api, configuration, configuredDashboardStore(configuration, kind), dryRun);
}
