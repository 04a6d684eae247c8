import { type Command, Option } from 'commander';

/**
 * Accepts the former name of an option for one more version: hidden from the help, with a warning on stderr.
 *
 * @param flags the former name as commander reads it, such as `--labels <names>`.
 * @param current the current name, such as `--series-columns`, which the command already has.
 */
export function addFormerName(command: Command, flags: string, current: string): Command {
  const former = new Option(flags).hideHelp();
  const target = command.options.find(({ long }) => long === current);
  if (target === undefined) throw new RangeError(`The command has no option ${current}`);
  command.addOption(former);
  return command.on(`option:${former.name()}`, (value: string) => {
    process.stderr.write(`${former.long} is now ${current}; the next version drops the former name.\n`);
    command.setOptionValueWithSource(target.attributeName(), value, 'cli');
  });
}
