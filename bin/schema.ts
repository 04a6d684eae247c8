import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../lib/api/openapi.ts';
import { editorJsonSchema } from '../lib/config/json-schema.ts';
import packageJson from '../package.json' with { type: 'json' };

// Writes the JSON Schema for editors and the OpenAPI document; a unit test fails when they are outdated.
const documents = {
  'config/schema.json': editorJsonSchema(),
  'docs/openapi.json': openApiDocument(packageJson.version),
};
for (const [file, document] of Object.entries(documents)) {
  writeFileSync(new URL(`../${file}`, import.meta.url), `${JSON.stringify(document, undefined, 2)}\n`);
  process.stdout.write(`${file} is up to date.\n`);
}
