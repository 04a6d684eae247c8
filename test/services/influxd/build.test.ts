import { expect, it } from 'vitest';
import { independentPackages } from './build.ts';

it('leaves out every package that links the Rust library, directly or through another', () => {
  const library = 'github.com/influxdata/flux/libflux/go/libflux';
  const listing = [
    'unsafe ',
    'fmt errors io',
    `${library} fmt C`,
    `github.com/influxdata/flux fmt ${library}`,
    'github.com/influxdata/influxdb/v2/models fmt',
  ].join('\n');
  expect(independentPackages(listing)).toEqual(['fmt', 'github.com/influxdata/influxdb/v2/models']);
});
