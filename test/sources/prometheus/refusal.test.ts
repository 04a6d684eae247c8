import { describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { refusalOf } from '../../../lib/sources/prometheus/refusal.ts';

describe('an error of type execution', () => {
  it.each([
    'expanding series: proxy Series(): rpc error: code = Unavailable desc = receive series from Addr: store-0:10901',
    'expanding series: context deadline exceeded',
    'No StoreAPIs matched for this query',
    'failed to fetch from ingester 10.0.0.7: too many unhealthy instances in the ring',
    'dial tcp 10.0.0.1:9095: connect: connection refused',
    'store-gateway was not available',
  ])('passes when it is about a store behind the server: %s', (words) => {
    expect(refusalOf('execution', words, 'up')).toBeInstanceOf(SourceUnavailableError);
  });

  it.each([
    'found duplicate series for the match group {store="rpc"} on the right hand-side of the operation;many-to-many matching not allowed: matching labels must be unique on one side',
    'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    'vector cannot contain metrics with the same labelset',
    'invalid destination label name in label_replace(): "deadline"',
  ])('is of the steps when it is about their samples: %s', (words) => {
    expect(refusalOf('execution', words, 'up')).toMatchObject({ name: 'SourceQueryError', isOfSteps: true });
  });

  it('of another type blames the query, or the server', () => {
    expect(refusalOf('bad_data', 'deadline: parse error', 'up')).toMatchObject({ isOfSteps: false });
    expect(refusalOf('bad_data', 'x', 'up')).toBeInstanceOf(SourceQueryError);
    expect(refusalOf('timeout', 'x', 'up')).toBeInstanceOf(SourceUnavailableError);
  });
});
