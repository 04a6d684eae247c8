import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptedQueries } from '../../bin/accepted-queries.ts';
import { validate } from '../../bin/commands/validate.ts';
import { answering } from '../contract/http-answers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const accepted = {
  headers: JSON_TYPE,
  body: '{"status":"success","data":{"resultType":"matrix","result":[]}}',
};
const refused = {
  status: 400,
  headers: JSON_TYPE,
  body: '{"status":"error","errorType":"bad_data","error":"unknown function"}',
};

describe('a query that the grammar does not know', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-queries-'));
    file = join(folder, 'config.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function validated(url: string, query: string, dialect = 'promql') {
    const source = `source: { url: "${url}", retries: 0, dialect: ${dialect} }`;
    writeFileSync(file, `${source}\nmetrics: [{ name: m, query: '${query}' }]\n`);
    const written: string[] = [];
    const code = validate(
      file,
      { acceptedQueries: await acceptedQueries({ file, environment: {} }) },
      {
        write: (text) => written.push(text),
        writeError: (text) => written.push(text),
        environment: {},
        isTerminal: false,
      },
    );
    return { code, text: written.join('') };
  }

  it('is a warning when the server accepts it', async () => {
    await using server = await answering([accepted]);
    const { code, text } = await validated(server.url, 'brand_new_over_time(up[5m])');
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/warning: .*function "brand_new_over_time" not found; the server accepts/),
    ]);
  });

  it('is an error when the server refuses it, or can not be reached', async () => {
    await using server = await answering([refused]);
    for (const url of [server.url, 'http://127.0.0.1:1'])
      expect((await validated(url, 'brand_new_over_time(up[5m])')).code).toBe(1);
  });

  it('is an error without asking the server when it is wrong in any language', async () => {
    await using server = await answering([accepted]);
    for (const query of ['sum(up', 'rate(up)', 'up{job=$job}'])
      expect((await validated(server.url, query)).code).toBe(1);
    expect(server.requests).toEqual([]);
  });

  it('is not looked at in MetricsQL, but for its brackets, and this is said', async () => {
    const { code, text } = await validated(
      'http://127.0.0.1:1',
      'rollup_rate(up) keep_metric_names',
      'metricsql',
    );
    expect([code, text]).toEqual([0, expect.stringContaining('nothing but the brackets is checked')]);
    const broken = await validated('http://127.0.0.1:1', 'rollup_rate(up', 'metricsql');
    expect([broken.code, broken.text]).toEqual([
      1,
      expect.stringMatching(/not valid MetricsQL: .*not closed/),
    ]);
  });
});
