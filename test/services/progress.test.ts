import { describe, expect, it } from 'vitest';
import { formatSeconds, streamProgress } from './progress.ts';

function recorded(isTTY: boolean) {
  let text = '';
  let clock = 0;
  const stream = { isTTY, columns: 80, write: (more: string) => (text += more) };
  const progress = streamProgress(stream, () => clock);
  return { progress, text: () => text, advance: (seconds: number) => (clock += seconds * 1000) };
}

describe('formatSeconds', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [42.4, '42 s'],
    [185, '3 min 05 s'],
  ])('writes %d as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));
});

describe('streamProgress', () => {
  it('writes plain lines with the elapsed time when nobody sits at a terminal', () => {
    const { progress, text, advance } = recorded(false);
    const step = progress.begin('InfluxDB', 'looking for it');
    advance(3);
    step.note('building');
    advance(60);
    step.done('is there');
    expect(text()).toBe('. InfluxDB       building  3.0 s\n✓ InfluxDB       is there  63 s\n');
  });

  it('ends a step once', () => {
    const { progress, text } = recorded(false);
    const step = progress.begin('a', '');
    step.failed('broken');
    step.done('late');
    expect(text()).toContain('✗ a');
    expect(text()).not.toContain('late');
  });

  it('clears the moving line before it prints at a terminal', () => {
    const { progress, text } = recorded(true);
    progress.begin('a', '').done('there');
    expect(text()).toContain('\r\x1b[K');
  });
});
