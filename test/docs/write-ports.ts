import { writeFileSync } from 'node:fs';
import { portsPage } from './ports-page.ts';

/** `npm run docs:ports`: writes the page of the ports from the docstrings of lib. */
writeFileSync(new URL('../../docs/ports.md', import.meta.url), portsPage());
