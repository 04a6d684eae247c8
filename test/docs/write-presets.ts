import { writeFileSync } from 'node:fs';
import { presetsPage } from './presets-page.ts';

/** `npm run docs:presets`: writes the page of the presets from their files. */
writeFileSync(new URL('../../docs/presets.md', import.meta.url), presetsPage());
