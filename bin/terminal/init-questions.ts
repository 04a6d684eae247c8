import * as prompts from '@clack/prompts';
import type { PresetName } from '../../lib/config/presets/preset-files.ts';
import type { RecognisedPreset } from '../../lib/discovery/survey.ts';

/** What `init` asks, one question each. An answer of undefined means that the user gave up. */
export interface InitQuestions {
  url(suggested: string): Promise<string | undefined>;
  presets(recognised: readonly RecognisedPreset[]): Promise<readonly PresetName[] | undefined>;
  otherMetrics(suggested: number): Promise<number | undefined>;
  falseAlertsPerWeek(suggested: number): Promise<number | undefined>;
}

/** The streams of a terminal; those of the process when left out. */
type Streams = Pick<prompts.CommonOptions, 'input' | 'output'>;

/** Asks on the terminal, with the suggestion as the default. */
export function terminalQuestions(streams: Streams = {}): InitQuestions {
  return {
    url: (suggested) =>
      answered(
        prompts.text({
          ...streams,
          message: 'Where is your Prometheus?',
          initialValue: suggested,
          validate: (text) =>
            /^https?:\/\/\S+$/.test(text ?? '')
              ? undefined
              : 'Write its address, such as http://127.0.0.1:9090',
        }),
      ),
    presets: (recognised) =>
      answered(
        prompts.multiselect<PresetName>({
          ...streams,
          message: 'Which of these do you want to watch? (space changes, enter continues)',
          options: recognised.map(({ name, preset }) => ({ value: name, label: preset.title, hint: name })),
          initialValues: recognised.map(({ name }) => name),
          required: false,
        }),
      ),
    otherMetrics: (suggested) =>
      number(streams, 'How many metrics that no preset knows, at most?', suggested, (value) =>
        Number.isInteger(value) && value >= 0 && value <= 500
          ? undefined
          : 'Write a whole number from 0 to 500',
      ),
    falseAlertsPerWeek: (suggested) =>
      number(streams, 'How many false alerts do you accept, per series and week?', suggested, (value) =>
        value > 0 && value <= 10_080
          ? undefined
          : 'Write a number above 0, such as 1, or 0.2 for one in five weeks',
      ),
  };
}

async function number(
  streams: Streams,
  message: string,
  suggested: number,
  objection: (value: number) => string | undefined,
): Promise<number | undefined> {
  const initialValue = String(suggested);
  const validate = (text: string | undefined) => objection(Number(text?.trim() || Number.NaN));
  const text = await answered(prompts.text({ ...streams, message, initialValue, validate }));
  return text === undefined ? undefined : Number(text);
}

async function answered<Answer>(question: Promise<Answer>): Promise<Exclude<Answer, symbol> | undefined> {
  const answer = await question;
  return prompts.isCancel(answer) ? undefined : (answer as Exclude<Answer, symbol>);
}
