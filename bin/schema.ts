import { writeFileSync } from 'node:fs';
import { editorJsonSchema } from '../lib/config/json-schema.ts';

// Writes the JSON Schema that editors read; a unit test fails when it was forgotten.
const file = new URL('../config/schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(editorJsonSchema(), undefined, 2)}\n`);
process.stdout.write('config/schema.json is up to date.\n');
