import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { incidentPicture } from './incident-picture.ts';
import { tailPicture } from './tail-picture.ts';

/** Draws the pictures of docs/ again: `npm run docs:pictures`. They are made by the detector itself from seeded series. */
const folder = resolve(import.meta.dirname, '../../docs/pictures');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'incident.svg'), incidentPicture());
writeFileSync(join(folder, 'tail.svg'), tailPicture());
