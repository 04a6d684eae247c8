import { formatDuration } from '../../config/duration.ts';
import { ResultsSetupError } from '../errors.ts';
import type { SchemaOptions, SchemaStep } from '../results-schema.ts';
import { downsamplingFlux, taskName } from './downsampling-task.ts';
import { type FoundBucket, InfluxDbManagement, type SchemaConnection } from './management-api.ts';

/** Changes when stored names change; it is part of the description of each bucket. */
const SCHEMA_VERSION = 2;
const OWN_DESCRIPTION = 'Records of Tidemark';

/** The required buckets and tasks. */
export interface WantedSchema {
  readonly bucket: string;
  /** 0: unlimited. */
  readonly retentionSeconds: number;
  readonly longTerm?:
    | { readonly bucket: string; readonly windowSeconds: number; readonly retentionSeconds: number }
    | undefined;
}

/** A step and how it is taken. */
interface PlannedStep {
  readonly step: SchemaStep;
  /** @returns the text of a token that was made. */
  readonly apply: () => Promise<string | undefined>;
}

/**
 * Creates or changes the buckets with their retention, the downsampled bucket and the task that fills it, and tokens. Repeated,
 * it changes nothing. Everything is looked at before anything is changed.
 *
 * @throws ResultsSetupError that says what was refused and how to fix it.
 */
export async function ensureSchema(
  connection: SchemaConnection,
  { bucket, retentionSeconds, longTerm }: WantedSchema,
  { mayShorten, isDryRun, withTokens }: SchemaOptions,
): Promise<SchemaStep[]> {
  const server = new InfluxDbManagement(connection);
  const orgId = await server.organizationId();
  const wanted = [{ name: bucket, retentionSeconds }];
  if (longTerm !== undefined)
    wanted.push({ name: longTerm.bucket, retentionSeconds: longTerm.retentionSeconds });
  const planned: PlannedStep[] = [];
  for (const one of wanted) planned.push(await bucketStep(server, orgId, one, mayShorten));
  if (longTerm !== undefined) {
    const { windowSeconds } = longTerm;
    planned.push(
      await taskStep(server, orgId, { fromBucket: bucket, toBucket: longTerm.bucket, windowSeconds }),
    );
  }
  const steps: SchemaStep[] = [];
  for (const { step, apply } of planned) {
    if (!isDryRun && step.action !== 'unchanged') await apply();
    steps.push(step);
  }
  // Tokens name buckets by their ids, which are known only now.
  if (withTokens)
    for (const kind of ['write', 'read'] as const) {
      const names = wanted.map(({ name }) => name);
      const { step, apply } = await tokenStep(server, orgId, kind, names);
      const token = isDryRun || step.action === 'unchanged' ? undefined : await apply();
      steps.push(token === undefined ? step : { ...step, token });
    }
  return steps;
}

/** Which tokens, by what they are for. */
const TOKEN_NAMES = { write: 'writer', read: 'reader' } as const;

/**
 * Removes the task, the tokens and the buckets, with all their records.
 *
 * @throws ResultsSetupError that says what was refused and how to fix it.
 */
export async function removeSchema(
  connection: SchemaConnection,
  { bucket, longTerm }: WantedSchema,
  isDryRun: boolean,
): Promise<SchemaStep[]> {
  const server = new InfluxDbManagement(connection);
  const orgId = await server.organizationId();
  const steps: SchemaStep[] = [];
  const remove = async (thing: string, path: string, id: string | undefined) => {
    if (id === undefined) return;
    if (!isDryRun) await server.ask('DELETE', `${path}/${id}`);
    steps.push({ thing, action: 'removed', drift: '' });
  };
  if (longTerm !== undefined) {
    const name = taskName({ fromBucket: bucket, toBucket: longTerm.bucket, windowSeconds: 0 });
    await remove(`task "${name}"`, 'tasks', (await server.task(orgId, name))?.id);
  }
  for (const kind of ['write', 'read'] as const) {
    const name = tokenName(kind, bucket);
    await remove(`token "${name}"`, 'authorizations', (await server.authorization(orgId, name))?.id);
  }
  for (const name of [bucket, ...(longTerm === undefined ? [] : [longTerm.bucket])])
    await remove(`bucket ${name}`, 'buckets', (await server.bucket(orgId, name))?.id);
  return steps;
}

interface WantedBucket {
  readonly name: string;
  readonly retentionSeconds: number;
}

async function bucketStep(
  server: InfluxDbManagement,
  orgId: string,
  wanted: WantedBucket,
  mayShorten: boolean,
): Promise<PlannedStep> {
  const { name, retentionSeconds } = wanted;
  const thing = `bucket ${name}`;
  const there = await server.bucket(orgId, name);
  const own = `${OWN_DESCRIPTION}, schema ${SCHEMA_VERSION}`;
  if (there === undefined) {
    const retentionRules = retentionSeconds === 0 ? [] : [{ type: 'expire', everySeconds: retentionSeconds }];
    return {
      step: { thing, action: 'created', drift: 'does not exist' },
      apply: () => server.ask('POST', 'buckets', { orgID: orgId, name, description: own, retentionRules }),
    };
  }
  const { description = '' } = there;
  // Somebody else's description stays.
  const isOwn = description === '' || description.startsWith(OWN_DESCRIPTION);
  const drift: string[] = [];
  const before = retentionOf(there);
  if (before !== retentionSeconds) {
    drift.push(`keeps records ${kept(before)} instead of ${kept(retentionSeconds)}`);
    if (!mayShorten) await refuseToShorten(server, there, wanted);
  }
  if (isOwn && description !== own) drift.push(`is described as "${description}" instead of "${own}"`);
  return {
    step: { thing, action: drift.length === 0 ? 'unchanged' : 'changed', drift: drift.join('; ') },
    apply: () =>
      server.ask('PATCH', `buckets/${there.id}`, {
        // An empty list would keep the current retention; 0 removes it.
        retentionRules: [{ type: 'expire', everySeconds: retentionSeconds }],
        ...(isOwn && { description: own }),
      }),
  };
}

/** A bucket without records has nothing to lose. */
async function refuseToShorten(
  server: InfluxDbManagement,
  there: FoundBucket,
  { name, retentionSeconds }: WantedBucket,
): Promise<void> {
  if (retentionSeconds === 0) return;
  const before = retentionOf(there);
  if (before !== 0 && before <= retentionSeconds) return;
  if (await server.isEmpty(name)) return;
  throw new ResultsSetupError(
    `The bucket "${name}" keeps records ${kept(before)}; a retention of ${formatDuration(retentionSeconds)} deletes ` +
      'older records: repeat with --shorten to allow that, or configure a longer retention',
  );
}

/** Seconds; 0: unlimited. */
function retentionOf({ retentionRules }: FoundBucket): number {
  return retentionRules[0]?.everySeconds ?? 0;
}

function kept(seconds: number): string {
  return seconds === 0 ? 'forever' : `for ${formatDuration(seconds)}`;
}

async function taskStep(
  server: InfluxDbManagement,
  orgId: string,
  downsampling: Parameters<typeof taskName>[0],
): Promise<PlannedStep> {
  const name = taskName(downsampling);
  const thing = `task "${name}"`;
  const flux = downsamplingFlux(downsampling);
  const there = await server.task(orgId, name);
  if (there === undefined)
    return {
      step: { thing, action: 'created', drift: 'does not exist' },
      apply: () => server.ask('POST', 'tasks', { orgID: orgId, flux, status: 'active' }),
    };
  const drift = [
    ...(there.status === 'active' ? [] : [`is ${there.status}`]),
    ...(there.flux === flux ? [] : ['has another text']),
  ];
  return {
    step: { thing, action: drift.length === 0 ? 'unchanged' : 'changed', drift: drift.join('; ') },
    apply: () => server.ask('PATCH', `tasks/${there.id}`, { flux, status: 'active' }),
  };
}

function tokenName(kind: keyof typeof TOKEN_NAMES, bucket: string): string {
  return `tidemark: ${TOKEN_NAMES[kind]} of ${bucket}`;
}

/**
 * A token for the ticks, which write and look up alerts for feedback, or for Grafana, which reads.
 *
 * @param names of the buckets; the first is the one that ticks write to.
 */
async function tokenStep(
  server: InfluxDbManagement,
  orgId: string,
  kind: keyof typeof TOKEN_NAMES,
  names: readonly string[],
): Promise<PlannedStep> {
  const description = tokenName(kind, names[0] ?? '');
  const thing = `token "${description}"`;
  if ((await server.authorization(orgId, description)) !== undefined)
    return { step: { thing, action: 'unchanged', drift: '' }, apply: async () => undefined };
  return {
    step: { thing, action: 'created', drift: 'does not exist' },
    apply: async () => {
      const buckets = await Promise.all(names.map((name) => server.bucket(orgId, name)));
      const resources = buckets.flatMap((bucket) =>
        bucket === undefined ? [] : [{ type: 'buckets', id: bucket.id, orgID: orgId }],
      );
      const permissions = [
        ...resources.map((resource) => ({ action: 'read', resource })),
        ...(kind === 'write' ? resources.slice(0, 1).map((resource) => ({ action: 'write', resource })) : []),
      ];
      const made = await server.ask<{ token: string }>('POST', 'authorizations', {
        orgID: orgId,
        description,
        permissions,
      });
      return made.token;
    },
  };
}
