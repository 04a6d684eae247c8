import { writeFileSync } from 'node:fs';
import { bundleScript, reportScripts, scriptFile } from './evaluation/report-scripts.ts';

// Bundles the scripts of the report pages. The bundles are committed, so that neither the command line nor a function
// needs a bundler; a unit test fails when they are outdated.
for (const name of reportScripts) {
  writeFileSync(scriptFile(name), await bundleScript(name));
  process.stdout.write(`${name}.js is up to date.\n`);
}
