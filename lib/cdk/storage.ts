import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Longer than Step Functions remembers the name of an execution (90 days): a key of idempotency whose run is forgotten
 * here, and not yet there, would start nothing.
 */
const RUN_DAYS = 100;
/** A state that no tick took by now is of no use to any. */
const WARM_DAYS = 30;
/** An object that was written wrongly, or removed by mistake, can be taken back for so long. */
const RESTORABLE = Duration.days(14);
/** A day of history is let go so long after the last model that could have learnt it. */
const SPARE_HISTORY_DAYS = 30;

export interface StorageProps {
  /** The longest history that a model learns from. */
  readonly historyDays: number;
  /** How long results and reports of evaluations are kept: pictures of their time. */
  readonly evaluationDays: number;
  readonly isLocal: boolean;
}

/**
 * The one bucket: configuration, shard states, models and what leads to them; kept when the stack goes.
 *
 * What has a date of its own goes with time. Models have none: a champion that nothing beats may be years old, so its
 * age says nothing, and a rule by age would take away the models in use. The store of models prunes them itself
 * (`model.keepVersions`), and what it has removed is gone for good two weeks later, as everything that is not current.
 */
export class Storage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    const datedDays = {
      'runs/': RUN_DAYS,
      'evaluations/': props.evaluationDays,
      'warm/': WARM_DAYS,
      // Days of metrics that nobody trains any more; of the others the training prunes what no model needs.
      'history/': props.historyDays + SPARE_HISTORY_DAYS,
    };
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The local cloud speaks plain HTTP.
      enforceSSL: !props.isLocal,
      versioned: !props.isLocal,
      lifecycleRules: [
        // A state that was written wrongly can be taken back for two days: a tick a minute makes 2,880 versions, which cost more
        // than all ticks when they are kept for two weeks.
        { prefix: 'state/', noncurrentVersionExpiration: Duration.days(2), noncurrentVersionsToRetain: 10 },
        {
          noncurrentVersionExpiration: RESTORABLE,
          noncurrentVersionsToRetain: 10,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        // Of what was removed not even the newest version stays.
        { prefix: 'models/', noncurrentVersionExpiration: RESTORABLE, expiredObjectDeleteMarker: true },
        ...Object.entries(datedDays).map(([prefix, days]) => ({
          prefix,
          expiration: Duration.days(days),
          noncurrentVersionExpiration: Duration.days(1),
        })),
      ],
      removalPolicy: props.isLocal ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      S1: 'Only the functions of this stack read it, and CloudTrail data events tell more than access logs would',
    });
    if (props.isLocal) acknowledge(this.bucket, { S10: 'The local cloud speaks plain HTTP on the loopback' });
  }
}
