import { describe, expect, it } from 'vitest';
import { commandLine, type Program } from './program.ts';

const site = { directory: '/state/x', container: 'tidemark-x-1', user: '7:8' };

describe('commandLine', () => {
  it('puts a program its leading arguments first', () => {
    const program: Program = { kind: 'binary', file: '/venv/python', leadingArguments: ['-m', 'tool'] };
    const { file, args, container } = commandLine(program, ['--port=1'], site);
    expect([file, ...args]).toEqual(['/venv/python', '-m', 'tool', '--port=1']);
    expect(container).toBeUndefined();
  });

  it('mounts the directory of a container at the same path and names it, so that it can be removed', () => {
    const program: Program = { kind: 'container', image: 'img:1', entrypoint: 'tool' };
    const { file, args, container } = commandLine(program, ['--port=1'], site);
    expect(file).toBe('docker');
    expect(args.join(' ')).toBe(
      'run --rm --init --name tidemark-x-1 --network host --user 7:8 --volume /state/x:/state/x --workdir /state/x --entrypoint tool img:1 --port=1',
    );
    expect(container).toBe('tidemark-x-1');
  });

  it("gives a container its settings but not this machine's PATH and scratch directory", () => {
    const program: Program = { kind: 'container', image: 'img:1', keepUser: true };
    const environment = { PATH: '/here', TMPDIR: '/tmp', LISTEN: '127.0.0.1:1' };
    const { args } = commandLine(program, [], { ...site, environment });
    expect(args.filter((_, index) => args[index - 1] === '--env')).toEqual(['LISTEN=127.0.0.1:1']);
    expect(args).not.toContain('--user');
  });
});
