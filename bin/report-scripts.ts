import { writeFileSync } from 'node:fs';
import { bundleScript, reportScripts, scriptFile } from './evaluation/report-scripts.ts';

// Bundles the scripts of the reports' pages. The bundles are kept in the repository, so that neither the command line nor
// a function needs a bundler; a unit test fails when this was forgotten.
for (const name of reportScripts) {
  writeFileSync(scriptFile(name), await bundleScript(name));
  process.stdout.write(`${name}.js is up to date.\n`);
}
