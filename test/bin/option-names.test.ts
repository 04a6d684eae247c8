import type { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backtestCommand } from '../../bin/commands/backtest.ts';
import { dashboardsCommand } from '../../bin/commands/dashboards.ts';
import { demoCommand } from '../../bin/commands/demo.ts';
import { evaluateCommand } from '../../bin/commands/evaluate.ts';
import { feedbackCommand } from '../../bin/commands/feedback.ts';
import { initCommand } from '../../bin/commands/init.ts';
import { modelCommand } from '../../bin/commands/model.ts';
import { modelsCommand } from '../../bin/commands/models.ts';
import { monitorCommand } from '../../bin/commands/monitor.ts';
import { planCommand } from '../../bin/commands/plan.ts';
import { resultsCommand } from '../../bin/commands/results.ts';
import { statusCommand } from '../../bin/commands/status.ts';
import { trainCommand } from '../../bin/commands/train.ts';
import { tuneCommand } from '../../bin/commands/tune.ts';
import { validateCommand } from '../../bin/commands/validate.ts';

function allCommands(): Command[] {
  const top = [
    backtestCommand(),
    dashboardsCommand(),
    demoCommand(),
    evaluateCommand(),
    feedbackCommand(),
    initCommand(),
    modelCommand(),
    modelsCommand(),
    monitorCommand(),
    planCommand(),
    resultsCommand(),
    statusCommand(),
    trainCommand(),
    tuneCommand(),
    validateCommand(),
  ];
  return top.flatMap((command) => [command, ...command.commands]);
}

function subcommand(command: Command, name: string): Command {
  const found = command.commands.find((one) => one.name() === name);
  if (found === undefined) throw new RangeError(`No subcommand ${name}`);
  return found;
}

describe('options of the command line', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('have one form in all commands', () => {
    const forms = Map.groupBy(
      allCommands().flatMap(({ options }) => options.filter(({ hidden }) => !hidden)),
      ({ long }) => long,
    );
    for (const [long, options] of forms)
      expect(new Set(options.map(({ flags }) => flags)).size, `forms of ${long}`).toBe(1);
  });

  it.each([
    { command: () => trainCommand(), args: [], former: '--labels', current: '--series-columns' },
    { command: () => trainCommand(), args: [], former: '--until', current: '--to' },
    {
      command: () => subcommand(modelCommand(), 'show'),
      args: ['cpu'],
      former: '--of',
      current: '--version',
    },
    {
      command: () => subcommand(modelsCommand(), 'rollback'),
      args: ['cpu'],
      former: '--to',
      current: '--version',
    },
  ])('still read $former as $current, and warn', ({ command: create, args, former, current }) => {
    const warn = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const command = create().action(() => {});
    const optionsAfter = (name: string) => {
      const fresh = create().action(() => {});
      fresh.parse([...args, name, 'a value'], { from: 'user' });
      return fresh.opts();
    };
    expect(optionsAfter(former)).toMatchObject(optionsAfter(current));
    expect(Object.values(optionsAfter(current))).toContain('a value');
    expect(warn.mock.calls.flat().join('')).toContain(`${former} is now ${current}`);
    expect(command.helpInformation()).toContain(current);
    expect(command.helpInformation()).not.toContain(`${former} <`);
  });
});
