import * as z from 'zod';
import { section, text } from './fields.ts';

/** Where models, states and champions are stored. */
export const modelsSchema = z.discriminatedUnion('kind', [
  section({
    kind: z
      .literal('filesystem')
      .optional()
      .transform(() => 'filesystem' as const)
      .describe('A folder on this machine.'),
    directory: text('The folder, relative to where the command runs.').default('.tidemark/models'),
  }),
  section({
    kind: z.literal('s3').describe('Amazon S3, as in a deployment.'),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 of a to z, 0 to 9, . and -')
      .optional()
      .describe('The bucket; a deployment uses the one of its stack.'),
    prefix: z
      .string()
      .max(500)
      .regex(
        /^(?:(?!\.{1,2}\/)[\w=.-]+\/)*$/,
        'folders of letters, digits and _ = . - each with a / behind it',
      )
      .default('')
      .describe(
        'The prefix of every key in a shared bucket, such as team-a/. The bucket of the stack has none.',
      ),
  }),
]);
