import { afterEach, describe, expect, it, vi } from 'vitest';
import { explainFailure } from '../../../bin/terminal/failure.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the message of a failed command', () => {
  it('is that of the error, without its class name', () => {
    vi.stubEnv('TIDEMARK_DEBUG', '');
    expect(explainFailure(new RangeError('raise seriesLimit'))).toBe('raise seriesLimit');
  });

  it('has class name and stack trace when TIDEMARK_DEBUG is set', () => {
    vi.stubEnv('TIDEMARK_DEBUG', '1');
    expect(explainFailure(new RangeError('raise seriesLimit'))).toMatch(
      /^RangeError: raise seriesLimit\n\s+at /,
    );
  });

  it('is the class name when there is no message', () => {
    vi.stubEnv('TIDEMARK_DEBUG', '');
    expect(explainFailure(new RangeError())).toBe('RangeError');
  });
});
