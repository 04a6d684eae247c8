import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTidemark } from '../contract/init/command-line.ts';
import { freePort } from '../services/server-process.ts';

describe('tidemark init', () => {
  let folder: string;
  let page: Server;
  let pageUrl: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-init-'));
    page = createServer((_, response) => response.end('<html>\u001b[2JLog in</html>'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    pageUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    page.close();
    rmSync(folder, { recursive: true });
  });

  it('says what to do when the server cannot be reached, and writes nothing', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, output, errors } = await runTidemark(folder, ['init', '--prometheus', url, '--yes']);
    expect(code).toBe(1);
    expect(output).toBe('');
    expect(errors).toContain("can't be reached: connect ECONNREFUSED");
    expect(errors).toContain(`curl '${url}/api/v1/query?query=up'`);
    expect(errors).toContain('--token-env');
    expect(errors).not.toContain('    at ');
    expect(existsSync(join(folder, 'config.yaml'))).toBe(false);
  });

  it.each([
    {
      args: ['--prometheus', 'localhost:9090', '--yes'],
      message: 'The address localhost:9090 is not an http address',
    },
    { args: ['--prometheus', 'http://me:secret@a', '--yes'], message: 'has a user name or password in it' },
    { args: [], message: 'init asks questions on a terminal: add --yes to take the suggestions' },
    { args: ['--yes', '--presets', 'postgres'], message: 'preset "postgres" not found; presets: ' },
    { args: ['--yes', '--other', '1.5'], message: '--other 1.5 is not a whole number from 0 to 500' },
    { args: ['--yes', '--false-alerts', '0'], message: '--false-alerts 0 is not a number from' },
    { args: ['--yes', '--header', 'tenant'], message: '--header tenant is not a header' },
    { args: ['--yes', '--username', 'me'], message: '--username and --password-env belong together' },
    { args: ['--yes', '--out', 'no/such/config.yaml'], message: 'The folder no/such does not exist' },
    { args: ['--yes', '--token-env', 'TIDEMARK_NO_SUCH_TOKEN'], message: 'TIDEMARK_NO_SUCH_TOKEN' },
  ])('refuses $args with a message', async ({ args, message }) => {
    const { code, output, errors } = await runTidemark(folder, ['init', ...args]);
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(output + errors).not.toMatch(/secret@|\n {4}at /);
    expect(existsSync(join(folder, 'config.yaml'))).toBe(false);
  });

  it('says that a page of another server is not the API of Prometheus, without its escape sequences', async () => {
    const { code, errors } = await runTidemark(folder, ['init', '--prometheus', pageUrl, '--yes']);
    expect(code).toBe(1);
    expect(errors).toContain('answered with something other than JSON; check the address');
    expect(errors).not.toContain(String.fromCharCode(27));
  });
});
