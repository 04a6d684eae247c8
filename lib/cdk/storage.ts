import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Longer than Step Functions keeps the name of an execution (90 days): an idempotency key of a run that only
 * Step Functions still knows would start nothing.
 */
const RUN_DAYS = 100;
/** A state that no tick took over by now is not needed. */
const WARM_DAYS = 30;
/** Longer than results may wait for their store (`results.spool.maximumAge`): what is left then belongs to no state. */
const SPOOL_DAYS = 31;
/** How long an object that was overwritten or removed by mistake can be restored. */
const RESTORE_PERIOD = Duration.days(14);
/** How long a day of history is kept after the last training that could use it. */
const SPARE_HISTORY_DAYS = 30;

export interface StorageProps {
  /** The longest training history of a model. */
  readonly historyDays: number;
  /** How long results and reports of evaluations are kept. */
  readonly evaluationDays: number;
  readonly isLocal: boolean;
}

/**
 * The one bucket, for configuration, shard states, models and training data; it is kept when the stack is
 * deleted.
 *
 * Objects that belong to a date expire. Models do not: a champion may be years old, and an expiry by age
 * would remove models in use. The model store prunes them itself (`model.keepVersions`), and removed ones are
 * gone two weeks later, like all noncurrent versions.
 */
export class Storage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const datedDays = {
      'runs/': RUN_DAYS,
      'evaluations/': props.evaluationDays,
      'warm/': WARM_DAYS,
      'spool/': SPOOL_DAYS,
      // Days of metrics that are no longer trained; for the others the training prunes what no model needs.
      'history/': props.historyDays + SPARE_HISTORY_DAYS,
    };
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The local cloud serves plain HTTP.
      enforceSSL: !props.isLocal,
      versioned: !props.isLocal,
      lifecycleRules: [
        // A state can be restored for two days: a tick a minute makes 2,880 versions, and two weeks of them
        // would cost more than all ticks.
        { prefix: 'state/', noncurrentVersionExpiration: Duration.days(2), noncurrentVersionsToRetain: 10 },
        {
          noncurrentVersionExpiration: RESTORE_PERIOD,
          noncurrentVersionsToRetain: 10,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // The newest version of a removed object expires too.
        { prefix: 'models/', noncurrentVersionExpiration: RESTORE_PERIOD, expiredObjectDeleteMarker: true },
        ...Object.entries(datedDays).map(([prefix, days]) => ({
          prefix,
          expiration: Duration.days(days),
          noncurrentVersionExpiration: Duration.days(1),
        })),
      ],
      removalPolicy: props.isLocal ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      S1: 'Only the functions of this stack read it, and CloudTrail data events record more than access logs would',
    });
    if (props.isLocal) acknowledge(this.bucket, { S10: 'The local cloud serves plain HTTP on the loopback' });
  }
}
