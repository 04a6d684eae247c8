import * as z from 'zod';
import type { Labels } from '../series/labels.ts';

/** What a person may say of an alert. */
export const judgements = ['confirmed', 'false-alarm'] as const;
export type FeedbackJudgement = (typeof judgements)[number];

/** What a person said of one incident that was told. */
export interface Feedback {
  readonly incidentId: string;
  readonly metric: string;
  readonly labels: Labels;
  /** From its onset to its end, both Unix seconds and inside. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly judgement: FeedbackJudgement;
  readonly note?: string | undefined;
  /** When it was said, Unix seconds. */
  readonly givenAtSeconds: number;
}

const FORMAT_VERSION = 1;

const storedSchema = z.object({
  formatVersion: z.literal(FORMAT_VERSION),
  feedback: z.array(
    z.object({
      incidentId: z.string().min(1),
      metric: z.string().min(1),
      labels: z.record(z.string(), z.string()),
      startSeconds: z.number(),
      endSeconds: z.number(),
      judgement: z.enum(judgements),
      note: z.string().optional(),
      givenAtSeconds: z.number(),
    }),
  ),
});

/** As JSON, so that a person can read and mend it. */
export function encodeFeedback(feedback: readonly Feedback[]): Uint8Array {
  return new TextEncoder().encode(
    `${JSON.stringify({ formatVersion: FORMAT_VERSION, feedback }, undefined, 1)}\n`,
  );
}

/** @returns undefined for bytes that are no feedback of this version. */
export function decodeFeedback(bytes: Uint8Array): Feedback[] | undefined {
  try {
    return storedSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data?.feedback;
  } catch {
    return undefined;
  }
}
