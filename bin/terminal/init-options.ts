import { isPresetName, type PresetName, presetNames } from '../../lib/config/presets/preset-files.ts';
import { printableText } from '../../lib/config/printable-text.ts';

/** The options of `tidemark init`. */
export interface InitOptions {
  readonly prometheus?: string;
  readonly out: string;
  readonly presets?: readonly PresetName[];
  readonly other?: number;
  readonly falseAlerts?: number;
  readonly maxSeries: number;
  readonly tokenEnv?: string;
  readonly username?: string;
  readonly passwordEnv?: string;
  readonly header: Readonly<Record<string, string>>;
  readonly yes: boolean;
}

/**
 * The source section as it is written; secrets are the names of variables.
 *
 * @throws RangeError when half of a pair is missing.
 */
export function sourceOf(url: string, { tokenEnv, username, passwordEnv, header }: InitOptions) {
  if ((username === undefined) !== (passwordEnv === undefined))
    throw new RangeError('--username and --password-env belong together: give both');
  const auth =
    tokenEnv !== undefined
      ? { auth: { kind: 'bearer', token: { env: tokenEnv } } }
      : username !== undefined
        ? { auth: { kind: 'basic', username, password: { env: passwordEnv } } }
        : {};
  return { url, ...auth, ...(Object.keys(header).length === 0 ? {} : { headers: header }) };
}

/**
 * Reads `--presets`.
 *
 * @throws RangeError when a preset is not found.
 */
export function presetList(text: string): readonly PresetName[] {
  if (text === 'none') return [];
  return text.split(',').map((part) => {
    const name = part.trim();
    if (isPresetName(name)) return name;
    throw new RangeError(`preset "${printableText(name)}" not found; presets: ${presetNames.join(', ')}`);
  });
}

/** Reads a number within bounds, both included; what it returns throws a RangeError for another text. */
export function numberWithin(option: string, minimum: number, maximum: number, isWhole: boolean) {
  return (text: string): number => {
    const value = Number(text);
    const isValid =
      text.trim() !== '' && value >= minimum && value <= maximum && (!isWhole || Number.isInteger(value));
    if (isValid) return value;
    throw new RangeError(
      `${option} ${printableText(text)} is not a ${isWhole ? 'whole ' : ''}number from ${minimum} to ${maximum}`,
    );
  };
}

/**
 * Adds a header to those given before.
 *
 * @throws RangeError when it is not written as one.
 */
export function headerOption(text: string, others: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new RangeError(
      `--header ${printableText(text)} is not a header: write it like "X-Scope-OrgID: team-a"`,
    );
  return { ...others, [name]: value };
}
