import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { terminalQuestions } from '../../../bin/terminal/init-questions.ts';
import { readPreset } from '../../../lib/config/presets/preset-files.ts';

/** A terminal whose keys are pressed one after the other. */
function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return {
    questions: terminalQuestions({ input: input as never, output: output as never }),
    shown: () => shown,
    press: async (...keys: readonly string[]) => {
      for (const key of keys) {
        await nextTurn();
        input.write(key);
      }
    },
  };
}

const ENTER = '\r';
const CONTROL_C = '\u0003';
const BACKSPACE = '\u007f';
const recognised = (['redis', 'node-exporter'] as const).map((name) => ({
  name,
  preset: readPreset(name),
  scrapeIntervalSeconds: 15,
}));

describe('the questions of init', () => {
  it('suggest an answer that enter takes', async () => {
    const { questions, press, shown } = terminal();
    const url = questions.url('http://127.0.0.1:9090');
    await press(ENTER);
    expect(await url).toBe('http://127.0.0.1:9090');
    expect(shown()).toContain('Where is your Prometheus?');
    const presets = questions.presets(recognised);
    await press(ENTER);
    expect(await presets).toEqual(['redis', 'node-exporter']);
    expect(shown()).toContain('Redis (redis_exporter)');
  });

  it('take another answer: presets by space, numbers by typing', async () => {
    const { questions, press } = terminal();
    const presets = questions.presets(recognised);
    await press(' ', ENTER);
    expect(await presets).toEqual(['node-exporter']);
    const others = questions.otherMetrics(10);
    await press(BACKSPACE, BACKSPACE, '5', ENTER);
    expect(await others).toBe(5);
    const falseAlerts = questions.falseAlertsPerWeek(1);
    await press(BACKSPACE, '0', '.', '2', ENTER);
    expect(await falseAlerts).toBe(0.2);
  });

  it('ask again after an answer that is none', async () => {
    const { questions, press, shown } = terminal();
    const falseAlerts = questions.falseAlertsPerWeek(1);
    await press(BACKSPACE, '0', ENTER);
    await press(BACKSPACE, '3', ENTER);
    expect(await falseAlerts).toBe(3);
    expect(shown()).toContain('Write a number above 0');
  });

  it('give up at Ctrl-C', async () => {
    const { questions, press } = terminal();
    const url = questions.url('http://127.0.0.1:9090');
    await press(CONTROL_C);
    expect(await url).toBeUndefined();
  });
});
