import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundleScript, reportScripts, scriptFile } from '../../../bin/evaluation/report-scripts.ts';

describe.each(reportScripts)('the script %s of a report', (name) => {
  it('is the bundle of its code (run npm run report-scripts when it is not)', async () => {
    expect(readFileSync(scriptFile(name), 'utf8')).toBe(await bundleScript(name));
  });

  it('needs nothing from anywhere, and can stand in a page', async () => {
    const script = readFileSync(scriptFile(name), 'utf8');
    expect(script).not.toMatch(/\b(?:import|export|require)\b|<\/script/);
    expect(script).toContain('new uPlot(');
  });
});
