import { describe, expect, it } from 'vitest';
import { signedHeaders } from '../../lib/config/aws-signer.ts';
import { expectedSignature, givenSignature } from '../sources/prometheus/signature-check.ts';

/** Of AWS' published test suite for Signature Version 4. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET };
const SCOPE = 'Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
const VANILLA = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };

describe('the check of signatures that the tests use', () => {
  it.each([
    [
      'get-vanilla',
      { method: 'GET', path: '/', headers: VANILLA, body: '' },
      'host;x-amz-date',
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'post-vanilla',
      { method: 'POST', path: '/', headers: VANILLA, body: '' },
      'host;x-amz-date',
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'post-x-www-form-urlencoded',
      {
        method: 'POST',
        path: '/',
        headers: { ...VANILLA, 'content-type': 'application/x-www-form-urlencoded' },
        body: 'Param1=value1',
      },
      'content-type;host;x-amz-date',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'get-vanilla-query-order-key-case',
      { method: 'GET', path: '/?Param2=value2&Param1=value1', headers: VANILLA, body: '' },
      'host;x-amz-date',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])("agrees with AWS' own vector %s", (_, request, signed, signature) => {
    const authorization = `AWS4-HMAC-SHA256 ${SCOPE}, SignedHeaders=${signed}, Signature=`;
    const headers = { ...request.headers, authorization };
    expect(expectedSignature({ ...request, headers }, SECRET)).toBe(signature);
  });
});

describe('a signed request', () => {
  const time = new Date('2026-11-23T22:00:00Z');
  const scope = { service: 'aps', region: 'eu-central-1', keys: async () => keys };
  const post = {
    url: new URL(
      'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/query_range?a=b%20c',
    ),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query=sum%28rate%28x%7Bmode%21%3D%22idle%22%7D%5B5m%5D%29%29&start=1',
  };
  const received = (headers: Record<string, string>, body = post.body) => ({
    method: 'POST',
    path: `${post.url.pathname}${post.url.search}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
  });

  it('bears the signature that AWS computes, over its body too', async () => {
    const request = received(await signedHeaders(post, scope, time));
    expect(request.headers['x-amz-date']).toBe('20261123T220000Z');
    expect(request.headers.authorization).toContain('AKIDEXAMPLE/20261123/eu-central-1/aps/aws4_request');
    expect(givenSignature(request)).toBe(expectedSignature(request, SECRET));
    expect(givenSignature(request)).not.toBe(expectedSignature({ ...request, body: 'query=up' }, SECRET));
    expect(givenSignature(request)).not.toBe(expectedSignature(request, 'another secret'));
  });

  it('of a GET signs its method and parameters', async () => {
    const url = new URL('https://aps.example/workspaces/ws-1/api/v1/query?query=topk(1, up)[30m:]&time=1');
    const headers = await signedHeaders({ method: 'GET', url, headers: {}, body: '' }, scope, time);
    const request = { ...received(headers), method: 'GET', path: `${url.pathname}${url.search}`, body: '' };
    expect(givenSignature(request)).toBe(expectedSignature(request, SECRET));
    expect(givenSignature(request)).not.toBe(expectedSignature({ ...request, method: 'POST' }, SECRET));
  });

  it('carries and signs the token of temporary keys', async () => {
    const temporary = async () => ({ ...keys, sessionToken: 'a/session+token==' });
    const request = received(await signedHeaders(post, { ...scope, keys: temporary }, time));
    expect(request.headers['x-amz-security-token']).toBe('a/session+token==');
    expect(request.headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
    expect(givenSignature(request)).toBe(expectedSignature(request, SECRET));
  });
});
