import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { incidentPicture } from './incident-picture.ts';
import { tailPicture } from './tail-picture.ts';

it.each([
  ['incident.svg', incidentPicture],
  ['tail.svg', tailPicture],
])('docs/pictures/%s is what today’s detector draws (npm run docs:pictures)', (name, draw) => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/pictures', name), 'utf8')).toBe(draw());
});
