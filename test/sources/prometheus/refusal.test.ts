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

describe('an error of VictoriaMetrics, whose type is the status of its answer', () => {
  const onTheRange = (query: string, words: string) =>
    `error when executing query="${query}" on the time range (start=1, end=2, step=60000): cannot execute query: ${words}`;

  it.each([
    [
      'rate(up[5m]',
      onTheRange('rate(up[5m]', 'argList: unexpected token ""; want ",", ")"; unparsed data: ""'),
    ],
    ['nope(up)', onTheRange('nope(up)', 'cannot evaluate "nope(up)": unknown func "nope"')],
    ['up', "too long query; got 68904 bytes; mustn't exceed `-search.maxQueryLen=16384` bytes"],
  ])('blames the query %s as a whole', (query, words) => {
    const error = refusalOf('422', words, query);
    expect(error).toMatchObject({ name: 'SourceQueryError', isOfSteps: false });
    expect(refusalOf('400', words, query)).toMatchObject({ name: 'SourceQueryError', isOfSteps: false });
  });

  it('blames the steps when two series of a join match there', () => {
    const words =
      'cannot evaluate "a * on() b": duplicate time series on the right side of `* on ()`: {a="1"} and {a="2"}';
    expect(refusalOf('422', words, 'a * on() b')).toMatchObject({
      name: 'SourceQueryError',
      isOfSteps: true,
    });
  });

  it('blames the server when a store behind it fails, or takes too long', () => {
    const failed =
      'error occurred during search: cannot fetch data from vmstorage: dial tcp 10.0.0.1:8401: connect: connection refused';
    const slow = 'timeout exceeded during the query: 30.000 seconds; the query is too heavy';
    for (const words of [failed, slow])
      expect(refusalOf('422', words, 'up')).toBeInstanceOf(SourceUnavailableError);
    expect(refusalOf('503', 'more than 8 concurrent search requests', 'up')).toBeInstanceOf(
      SourceUnavailableError,
    );
  });
});
