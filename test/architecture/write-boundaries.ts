import { writeFileSync } from 'node:fs';
import { boundaries } from './house.ts';

/** `npm run boundaries`: makes the linter's rules about imports from the plan of the house. */
writeFileSync(
  new URL('../../biome.boundaries.json', import.meta.url),
  `${JSON.stringify(boundaries(), undefined, 2)}\n`,
);
