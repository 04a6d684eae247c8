import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The one bucket: configuration, shard states and models, kept when the stack goes. */
export class Storage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { readonly isLocal: boolean }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The local cloud speaks plain HTTP.
      enforceSSL: !props.isLocal,
      // A state that was written wrongly can be taken back for two weeks; a tick a minute makes 20,000 versions.
      versioned: !props.isLocal,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(14),
          noncurrentVersionsToRetain: 10,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: props.isLocal ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    acknowledge(this.bucket, {
      S1: 'Only the functions of this stack read it, and CloudTrail data events tell more than access logs would',
    });
    if (props.isLocal) acknowledge(this.bucket, { S10: 'The local cloud speaks plain HTTP on the loopback' });
  }
}
