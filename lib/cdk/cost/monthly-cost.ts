import { FREE_OF_CHARGE, MEGABYTES_OF_A_PROCESSOR, PRICES } from './prices.ts';

/** What the cost of a month follows from. */
export interface CostBasis {
  readonly intervalSeconds: number;
  readonly stepSeconds: number;
  /** Whether an invocation stays for its interval and ticks at each step. */
  readonly isStaying: boolean;
  readonly memoryMegabytes: number;
  /** Measured on a whole processor. */
  readonly tickMilliseconds: number;
  readonly stateBytes: number;
  readonly logsEachTick: boolean;
  readonly stateVersionDays: number;
  /** Of a night: processor seconds, on a whole processor, and the memory in which they are spent. */
  readonly trainingSeconds: number;
  readonly trainingMegabytes: number;
  readonly alarms: number;
  readonly secrets: number;
  readonly keys: number;
  readonly customMetrics: number;
}

/** Dollars a month by what they are for. */
export interface MonthlyCost {
  readonly compute: number;
  readonly training: number;
  readonly stateWrites: number;
  readonly stateVersions: number;
  readonly logs: number;
  readonly metrics: number;
  readonly rules: number;
  readonly alarms: number;
  readonly secretsAndKeys: number;
  readonly total: number;
  /** When the account uses nothing else of what AWS gives every account for nothing, month for month. */
  readonly totalAfterFreeTier: number;
}

const SECONDS_PER_MONTH = (365.25 * 86_400) / 12;
const NIGHTS = 365.25 / 12;
const GIGABYTE = 1024 ** 3;

/**
 * Assumed, since no network of AWS is available: what a tick waits for Prometheus, InfluxDB and S3 in the same region, one after the
 * other.
 */
const WAITING_MILLISECONDS = 200;
/** Bytes in CloudWatch Logs: Lambda's own three lines, the tick's summary, its measurements. Each line has 26 bytes of overhead. */
const LAMBDA_LINES_BYTES = 450;
const SUMMARY_BYTES = 900;
const MEASUREMENTS_BYTES = 1100;
/** An invocation that stays leaves so long before the next one. */
const HAND_OVER_SECONDS = 2;

/** What a month costs at list prices, all services included, but for the servers that are the user's own. */
export function monthlyCost(basis: CostBasis): MonthlyCost {
  const invocations = SECONDS_PER_MONTH / basis.intervalSeconds;
  const ticks = basis.isStaying ? SECONDS_PER_MONTH / basis.stepSeconds : invocations;
  const billedSeconds = basis.isStaying
    ? basis.intervalSeconds - HAND_OVER_SECONDS
    : secondsOn(basis.memoryMegabytes, basis.tickMilliseconds / 1000) + WAITING_MILLISECONDS / 1000;
  const summaries = basis.logsEachTick ? invocations * SUMMARY_BYTES : 0;
  const logBytes = invocations * LAMBDA_LINES_BYTES + summaries + ticks * MEASUREMENTS_BYTES;
  const versions = (ticks / NIGHTS) * basis.stateVersionDays;
  const cost = {
    compute:
      invocations *
      (billedSeconds * (basis.memoryMegabytes / 1024) * PRICES.lambdaGigabyteSecond + PRICES.lambdaRequest),
    training:
      NIGHTS *
      secondsOn(basis.trainingMegabytes, basis.trainingSeconds) *
      (basis.trainingMegabytes / 1024) *
      PRICES.lambdaGigabyteSecond,
    stateWrites: ticks * PRICES.s3Write,
    stateVersions: ((versions * basis.stateBytes) / GIGABYTE) * PRICES.s3GigabyteMonth,
    logs: (logBytes / GIGABYTE) * PRICES.logGigabyte,
    metrics: basis.customMetrics * PRICES.customMetricMonth,
    rules: invocations * PRICES.eventBridgeEvent,
    alarms: basis.alarms * PRICES.alarmMonth,
    secretsAndKeys: basis.secrets * PRICES.secretMonth + basis.keys * PRICES.kmsKeyMonth,
  };
  const total = Object.values(cost).reduce((sum, dollars) => sum + dollars, 0);
  return { ...cost, total, totalAfterFreeTier: total - freeOf(cost) };
}

function freeOf(cost: Omit<MonthlyCost, 'total' | 'totalAfterFreeTier'>): number {
  const { lambdaGigabyteSeconds, customMetrics, alarms, logGigabytes } = FREE_OF_CHARGE;
  return (
    Math.min(cost.compute + cost.training, lambdaGigabyteSeconds * PRICES.lambdaGigabyteSecond) +
    Math.min(cost.metrics, customMetrics * PRICES.customMetricMonth) +
    Math.min(cost.alarms, alarms * PRICES.alarmMonth) +
    Math.min(cost.logs, logGigabytes * PRICES.logGigabyte)
  );
}

/** Work that takes a whole processor so long, on a function's share of one; more than one does not help it. */
function secondsOn(memoryMegabytes: number, seconds: number): number {
  return seconds * Math.max(1, MEGABYTES_OF_A_PROCESSOR / memoryMegabytes);
}
