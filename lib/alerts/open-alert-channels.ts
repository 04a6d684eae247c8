import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SecretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import { authorization } from '../connections/authorization.ts';
import { type ConnectionWatch, watchedRetries } from '../connections/connection-watch.ts';
import { HttpTransport } from '../connections/http-transport.ts';
import type { RetryEnvironment, RetryPolicy } from '../connections/retry.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AlertChannel } from './alert-channel.ts';
import type { AlertContext } from './alert-text.ts';
import { AlertmanagerAlertChannel } from './alertmanager-alert-channel.ts';
import { AlertmanagerNoticeChannel } from './alertmanager-notice-channel.ts';
import type { EventBusOptions } from './event-bus.ts';
import { EventBridgeAlertChannel } from './eventbridge-alert-channel.ts';
import { EventBridgeNoticeChannel } from './eventbridge-notice-channel.ts';
import { defaultLinkTemplate, grafanaLink } from './grafana-link.ts';
import { LogAlertChannel } from './log-alert-channel.ts';
import { LogNoticeChannel } from './log-notice-channel.ts';
import type { NoticeChannel } from './notice-channel.ts';
import { watchedAlertChannel } from './watched-alert-channel.ts';

/** Few retries: the next tick sends open incidents again anyway. */
const ALERTMANAGER_RETRIES = 2;

/** What the channels need from the program around them. */
export interface ChannelContext {
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly retries: RetryEnvironment;
  readonly secrets: SecretReader;
  /** Records the outcome of calls; nothing is recorded when omitted. */
  readonly watch?: ConnectionWatch;
  /** Carries the requests to Alertmanager; HTTP with the configured TLS settings when omitted. */
  readonly transport?: Pick<HttpTransport, 'post'> | undefined;
}

/**
 * The channels that the configuration names.
 *
 * @throws SecretUnavailableError when a secret, certificate or key can't be read.
 */
export async function openAlertChannels(
  { alerts, grafana, environment, schedule }: Configuration,
  around: ChannelContext,
): Promise<AlertChannel[]> {
  const { eventbridge, alertmanager } = alerts;
  const context: AlertContext = { environment, linkTo: linkTo(grafana) };
  const channels: AlertChannel[] = alerts.log ? [new LogAlertChannel(around.logger)] : [];
  if (eventbridge !== undefined && isOutsideAws(around.environment)) {
    around.logger.warn('No alerts are sent to EventBridge: AWS_REGION is not set', { bus: eventbridge.bus });
  } else if (eventbridge !== undefined) {
    const environment = retriesOf('eventbridge', around);
    channels.push(new EventBridgeAlertChannel({ ...busOptions(eventbridge, environment), context }));
  }
  if (alertmanager !== undefined) {
    const options = await alertmanagerOptions(alertmanager, schedule, around);
    channels.push(new AlertmanagerAlertChannel({ ...options, context }));
  }
  const { watch } = around;
  if (watch === undefined) return channels;
  return channels.map((channel) => watchedAlertChannel(channel, watch.of('alerts', channel.name)));
}

function retriesOf(channel: string, { retries, watch }: ChannelContext): RetryEnvironment {
  return watch === undefined ? retries : watchedRetries(retries, watch.of('alerts', channel));
}

type AlertmanagerSettings = NonNullable<Configuration['alerts']['alertmanager']>;

/** How to reach the configured Alertmanager, and how often it is sent what. */
async function alertmanagerOptions(
  { url, auth, tls, timeoutSeconds, resendIntervalSeconds, labels }: AlertmanagerSettings,
  { intervalSeconds }: Configuration['schedule'],
  around: ChannelContext,
) {
  return {
    url,
    authorization: await authorization(auth, around.secrets, around.environment),
    transport: around.transport ?? new HttpTransport(await readTls(tls, around.secrets)),
    timeoutMilliseconds: timeoutSeconds * 1000,
    resendSeconds: resendIntervalSeconds,
    tickSeconds: intervalSeconds,
    labels,
    retries: retryPolicy(ALERTMANAGER_RETRIES),
    environment: retriesOf('alertmanager', around),
    nowSeconds: () => Date.now() / 1000,
  };
}

/**
 * The channels for notices of a tick that the configuration names: those of `openNoticeChannels`, and Alertmanager,
 * which takes silent metrics alone.
 *
 * @throws SecretUnavailableError when a secret, certificate or key can't be read.
 */
export async function openSilenceChannels(
  configuration: Configuration,
  around: ChannelContext,
): Promise<NoticeChannel[]> {
  const { alerts, environment, schedule } = configuration;
  const channels = openNoticeChannels(configuration, around);
  if (alerts.alertmanager === undefined) return channels;
  const options = await alertmanagerOptions(alerts.alertmanager, schedule, around);
  return [...channels, new AlertmanagerNoticeChannel({ ...options, installation: environment })];
}

/** The channels for notices that the configuration names. */
export function openNoticeChannels(
  { alerts: { eventbridge, log }, environment }: Configuration,
  around: Pick<ChannelContext, 'logger' | 'environment' | 'retries'>,
): NoticeChannel[] {
  const channels: NoticeChannel[] = log ? [new LogNoticeChannel(around.logger)] : [];
  if (eventbridge !== undefined && !isOutsideAws(around.environment))
    channels.push(
      new EventBridgeNoticeChannel({ ...busOptions(eventbridge, around.retries), installation: environment }),
    );
  return channels;
}

function busOptions(
  { bus, retries }: NonNullable<Configuration['alerts']['eventbridge']>,
  environment: RetryEnvironment,
): EventBusOptions {
  const client = new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  return { client, bus, retries: retryPolicy(retries), environment };
}

function linkTo({ url = '', dashboard, linkTemplate }: Configuration['grafana']): AlertContext['linkTo'] {
  const template = linkTemplate ?? (url === '' ? undefined : defaultLinkTemplate(dashboard.uid));
  return (alert) => (template === undefined ? undefined : grafanaLink(template, url, alert));
}

/** A deployed function always has AWS_REGION; without it there is no bus to reach. */
function isOutsideAws({ AWS_REGION }: ChannelContext['environment']): boolean {
  return AWS_REGION === undefined;
}

function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, baseDelayMilliseconds: 200, maximumDelayMilliseconds: 5000 };
}
