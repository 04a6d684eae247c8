/**
 * List prices of AWS in us-east-1, in US dollars, without any free tier; other regions differ by up to a third. Those of Lambda,
 * CloudWatch and KMS were compared with published accounts of February to June 2026; those of S3, EventBridge and Secrets Manager
 * have stood for years, and were not looked up again.
 * Source: the pricing pages below aws.amazon.com (lambda, s3, cloudwatch, eventbridge, secrets-manager, kms).
 */
export const PRICES = {
  region: 'us-east-1',
  asOf: '2026-06',
  /** AWS Lambda, Arm. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  s3Write: 0.005 / 1000,
  s3Read: 0.0004 / 1000,
  s3GigabyteMonth: 0.023,
  logGigabyte: 0.5,
  customMetricMonth: 0.3,
  alarmMonth: 0.1,
  /** Invocations by a rule are billed as custom events at most. */
  eventBridgeEvent: 1 / 1e6,
  secretMonth: 0.4,
  /** In its first year: each of the first two yearly rotations adds as much. */
  kmsKeyMonth: 1,
} as const;

/** A function with less memory than this has that share of a processor. Source: AWS Lambda developer guide. */
export const MEGABYTES_OF_A_PROCESSOR = 1769;

/** What every account has each month without an end. A million requests of Lambda come on top; S3 has nothing of the kind. */
export const FREE_OF_CHARGE = {
  lambdaGigabyteSeconds: 400_000,
  customMetrics: 10,
  alarms: 10,
  logGigabytes: 5,
} as const;
