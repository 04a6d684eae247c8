import * as z from 'zod';
import type { Labels } from '../series/labels.ts';

/** The possible feedback on an alert. */
export const judgements = ['confirmed', 'false-alarm'] as const;
export type FeedbackJudgement = (typeof judgements)[number];

/** Feedback on one notified incident. */
export interface Feedback {
  readonly incidentId: string;
  readonly metric: string;
  readonly labels: Labels;
  /** Onset and end of the incident, Unix seconds, both inclusive. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly judgement: FeedbackJudgement;
  readonly note?: string | undefined;
  /** When it was given, Unix seconds. */
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

/** As JSON, which people can read and repair. */
export function encodeFeedback(feedback: readonly Feedback[]): Uint8Array {
  return new TextEncoder().encode(
    `${JSON.stringify({ formatVersion: FORMAT_VERSION, feedback }, undefined, 1)}\n`,
  );
}

/** @returns undefined for bytes that are not feedback of this version. */
export function decodeFeedback(bytes: Uint8Array): Feedback[] | undefined {
  try {
    return storedSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data?.feedback;
  } catch {
    return undefined;
  }
}
