import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import { identify } from '../../lib/storage/process-identity.ts';

let directory = '';
let lock = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-lock-'));
  lock = join(directory, 'object.lock');
});
afterEach(() => rmSync(directory, { recursive: true }));

const dead = (token: string) => ({
  token,
  host: hostname(),
  pid: process.pid,
  processStart: 'an earlier boot/1',
});

/** Many contenders for the lock; returns the most that held it at once, and how many got it. */
function crowd(): { most: number; entered: number; join(count: number): Promise<unknown> } {
  let inside = 0;
  const seen = {
    most: 0,
    entered: 0,
    join: (count: number) =>
      Promise.all(Array.from({ length: count }, () => withFileLock(lock, work, { pollMilliseconds: 2 }))),
  };
  const work = async () => {
    inside += 1;
    seen.entered += 1;
    seen.most = Math.max(seen.most, inside);
    await new Promise(setImmediate);
    inside -= 1;
  };
  return seen;
}

/** Another process that takes the lock and never gives it back; resolves once it holds it. */
async function holderElsewhere() {
  const module = pathToFileURL(join(import.meta.dirname, '../../lib/storage/file-lock.ts')).href;
  const script = `import { withFileLock } from ${JSON.stringify(module)};
    await withFileLock(${JSON.stringify(lock)}, () => { console.log('in'); return new Promise((resolve) => setTimeout(resolve, 600_000)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

/** Tries for the lock for a moment. However busy the machine is, this can end early alone, never take a lock by itself. */
const forAMoment = () => AbortSignal.timeout(50);

describe('withFileLock', () => {
  it('lets one in at a time, all of them in the end, and leaves nothing behind', async () => {
    const all = crowd();
    await all.join(20);
    expect(all).toMatchObject({ most: 1, entered: 20 });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('waits for an owner in another process while it lives, however long that is', async () => {
    const child = await holderElsewhere();
    let ownerPid = 0;
    const waiting = new AbortController();
    const onWait = (pid: number) => {
      ownerPid = pid;
      waiting.abort();
    };
    const entering = withFileLock(lock, async () => 'in', { signal: waiting.signal, onWait });
    await expect(entering).rejects.toThrow(/abort/i);
    expect(ownerPid).toBe(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('is taken over one at a time when its owner was killed', async () => {
    const child = await holderElsewhere();
    const all = crowd();
    const joined = all.join(20);
    expect(all.entered).toBe(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await joined;
    expect(all).toMatchObject({ most: 1, entered: 20 });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('takes an owner whose number lives on as a stranger for dead', async () => {
    writeFileSync(lock, JSON.stringify(dead('old')));
    const all = crowd();
    await all.join(20);
    expect(all).toMatchObject({ most: 1, entered: 20 });
    expect(existsSync(lock)).toBe(false);
  });

  it('goes on past an heir that died before it had taken over', async () => {
    writeFileSync(lock, JSON.stringify(dead('old')));
    writeFileSync(`${lock}.old.heir`, JSON.stringify(dead('second')));
    writeFileSync(`${lock}.second.heir`, JSON.stringify(dead('third')));
    const all = crowd();
    await all.join(20);
    expect(all).toMatchObject({ most: 1, entered: 20 });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('leaves the takeover to an heir that lives', async () => {
    writeFileSync(lock, JSON.stringify(dead('old')));
    const heir = `${lock}.old.heir`;
    writeFileSync(heir, JSON.stringify({ token: 'living', host: hostname(), ...identify(process.pid) }));
    await expect(withFileLock(lock, async () => 'in', { signal: forAMoment() })).rejects.toThrow();
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ token: 'old' });
  });

  it('takes over a lock that a crash of the machine left empty', async () => {
    writeFileSync(lock, '');
    const all = crowd();
    await all.join(5);
    expect(all).toMatchObject({ most: 1, entered: 5 });
  });

  it('never takes over the lock of an owner on another host, which it cannot look at', async () => {
    writeFileSync(lock, JSON.stringify({ ...dead('far'), host: 'elsewhere' }));
    await expect(withFileLock(lock, async () => 'in', { signal: forAMoment() })).rejects.toThrow();
    expect(existsSync(lock)).toBe(true);
  });

  it('takes over the lock of an owner on another host once its lease is over', async () => {
    writeFileSync(lock, JSON.stringify({ ...dead('far'), host: 'elsewhere' }));
    const minuteAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, minuteAgo, minuteAgo);
    const work = async () => 'in';
    await expect(
      withFileLock(lock, work, { signal: forAMoment(), leaseMilliseconds: 3_600_000 }),
    ).rejects.toThrow();
    expect(await withFileLock(lock, work, { leaseMilliseconds: 30_000 })).toBe('in');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('removes the claims of processes that were killed, and no others', async () => {
    const alive = { ...dead('alive'), ...identify(process.pid) };
    writeFileSync(`${lock}.one.claim`, JSON.stringify(dead('one')));
    writeFileSync(`${lock}.cut.claim`, '');
    writeFileSync(`${lock}.far.claim`, JSON.stringify({ ...dead('far'), host: 'elsewhere' }));
    writeFileSync(`${lock}.alive.claim`, JSON.stringify(alive));
    await withFileLock(lock, async () => {});
    expect(readdirSync(directory).toSorted()).toEqual(['object.lock.alive.claim', 'object.lock.far.claim']);
  });

  it('is free again after work that failed', async () => {
    await expect(withFileLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(readdirSync(directory)).toEqual([]);
  });
});
