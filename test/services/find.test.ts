import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SERVICE_NAMES, SERVICES } from './catalogue.ts';
import { AddressError, ServiceUnavailableError } from './errors.ts';
import {
  type Found,
  findFirst,
  findOnPath,
  PLACE_ORDER,
  type Place,
  type PlaceKind,
  parseVersion,
} from './find.ts';
import { silentProgress } from './progress.ts';

const context = { environment: {}, step: silentProgress.begin('', '') };
const binary: Found = { program: { kind: 'binary', file: '/bin/true' } };

function place(kind: PlaceKind, look: Place['look'], looked: PlaceKind[] = []): Place {
  return {
    kind,
    where: `the ${kind}`,
    async look(given) {
      looked.push(kind);
      return look(given);
    },
  };
}
const absent: Place['look'] = async () => ({ absent: 'not there' });
const there: Place['look'] = async () => binary;

describe('findFirst', () => {
  it('looks in the environment, at what runs, on the PATH, at Docker and in the registry, in this order', async () => {
    const looked: PlaceKind[] = [];
    const places = PLACE_ORDER.toReversed().map((kind) => place(kind, absent, looked));
    await expect(findFirst('x', places, 'mend it', context)).rejects.toThrow(ServiceUnavailableError);
    expect(looked).toEqual(['environment', 'running', 'path', 'docker', 'registry']);
  });

  it('stops at the first place that has it', async () => {
    const looked: PlaceKind[] = [];
    const places = [
      place('registry', there, looked),
      place('path', there, looked),
      place('docker', there, looked),
    ];
    expect(await findFirst('x', places, '', context)).toEqual({ place: 'path', ...binary });
    expect(looked).toEqual(['path']);
  });

  it('goes on to the next place when one fails', async () => {
    const broken = place('path', () => Promise.reject(new Error('cannot be executed')));
    const found = await findFirst('x', [broken, place('registry', there)], '', context);
    expect(found.place).toBe('registry');
  });

  it('does not skip a wrong address that the user gave', async () => {
    const wrong = place('environment', () =>
      Promise.reject(new AddressError('X_URL', 'http://x', 'no answer')),
    );
    await expect(findFirst('x', [wrong, place('registry', there)], '', context)).rejects.toThrow(
      /X_URL.*no answer/s,
    );
  });

  it('says what was tried, why it failed and how to mend it', async () => {
    const places = [place('path', absent), place('docker', () => Promise.reject(new Error('no engine')))];
    const error = await findFirst('Prometheus', places, 'start Docker', context).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect(String(error)).toContain('the path: not there');
    expect(String(error)).toContain('the docker: no engine');
    expect(String(error)).toContain('To mend it: start Docker');
  });

  it.each(SERVICE_NAMES)('has an environment address and a package registry for %s', (name) => {
    const kinds = SERVICES[name].places.map(({ kind }) => kind);
    expect(kinds).toContain('environment');
    expect(kinds).toContain('docker');
    expect(kinds).toContain('registry');
  });
});

describe('findOnPath', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tidemark-find-'));
    for (const name of ['first', 'second']) mkdirSync(join(root, name));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const path = () => `${join(root, 'first')}:${join(root, 'second')}`;

  it('skips files that are not executable and over directories', () => {
    writeFileSync(join(root, 'first/tool'), '');
    mkdirSync(join(root, 'first/other'));
    writeFileSync(join(root, 'second/tool'), '#!/bin/sh\n');
    chmodSync(join(root, 'second/tool'), 0o755);
    expect(findOnPath(['tool'], path())).toBe(join(root, 'second/tool'));
    expect(findOnPath(['other'], path())).toBeUndefined();
  });

  it('prefers the first name over the order of the directories', () => {
    for (const file of ['first/b', 'second/a']) {
      writeFileSync(join(root, file), '');
      chmodSync(join(root, file), 0o755);
    }
    expect(findOnPath(['a', 'b'], path())).toBe(join(root, 'second/a'));
  });

  it('finds nothing without a PATH', () => {
    expect(findOnPath(['sh'], undefined)).toBeUndefined();
  });
});

describe('parseVersion', () => {
  it.each([
    ['prometheus, version 2.42.0+ds (branch: debian/sid)', '2.42.0'],
    ['InfluxDB v2.7.12 (git: module) build_date: now', '2.7.12'],
    ['Python 3.11.7', '3.11.7'],
    ['no number', undefined],
  ])('reads %j as %j', (text, version) => expect(parseVersion(text)).toBe(version));
});
