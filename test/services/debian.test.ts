import { expect, it } from 'vitest';
import { relativeTwin } from './debian.ts';

it('makes an absolute path relative without changing its length', () => {
  const path = '/usr/share/prometheus/alertmanager';
  expect(relativeTwin(path)).toBe('usr/share/prometheus//alertmanager');
  expect(relativeTwin(path)).toHaveLength(path.length);
});
