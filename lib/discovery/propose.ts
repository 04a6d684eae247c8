import type { PresetName } from '../config/presets/preset-files.ts';
import { forEachConcurrently } from '../connections/concurrency.ts';
import type { SeriesSource } from '../sources/series-source.ts';
import type { Candidate, KeptCandidate, LeftOut } from './candidate.ts';
import { describedCandidates } from './described-candidates.ts';
import { presetCandidates } from './preset-candidates.ts';
import type { Survey } from './survey.ts';
import { tryCandidate } from './try-candidate.ts';

/** What somebody wants of a proposal. */
export interface ProposalWishes {
  /** The presets whose metrics are tried; those that the survey did not recognise are ignored. */
  readonly presets: readonly PresetName[];
  /** At most this many metrics that no preset knows. */
  readonly otherMetrics: number;
  /** More series than this in one metric are too many. */
  readonly seriesLimit: number;
  /** Queries that run at the same time. */
  readonly concurrency: number;
}

/** The metrics of a server that are worth watching. */
export interface Proposal {
  /** Those of presets first, in the order of the presets. */
  readonly kept: readonly KeptCandidate[];
  readonly leftOut: readonly LeftOut[];
  /** Metrics that no preset knows and that were not tried: more than were wanted. */
  readonly untried: number;
}

/** Of described metrics that were asked for, so many more are tried: constants and those of many series drop out. */
const TRIES_PER_METRIC = 3;

/**
 * Tries the metrics of presets, then some that only their exporters describe.
 *
 * @param note called after each query with how many are done, and of how many.
 * @throws SourceUnavailableError when the server can't be reached.
 */
export async function propose(
  survey: Survey,
  source: SeriesSource,
  { presets, otherMetrics, seriesLimit, concurrency }: ProposalWishes,
  note: (done: number, total: number) => void,
): Promise<Proposal> {
  const wanted = survey.presets.filter(({ name }) => presets.includes(name));
  const known = wanted.flatMap((recognised) => presetCandidates(recognised, seriesLimit));
  const names = new Set(known.map(({ name }) => name));
  const described = describedCandidates(survey).filter(({ name }) => !names.has(name) && names.add(name));
  const tried = [...known, ...described.slice(0, otherMetrics * TRIES_PER_METRIC)];
  const trials: (KeptCandidate | LeftOut)[] = new Array(tried.length);
  let done = 0;
  await forEachConcurrently(tried, concurrency, async (candidate: Candidate, index) => {
    trials[index] = await tryCandidate(source, candidate, survey.nowSeconds);
    done += 1;
    note(done, tried.length);
  });
  const isKept = (trial: KeptCandidate | LeftOut): trial is KeptCandidate => 'candidate' in trial;
  const kept = trials.filter(isKept);
  const others = kept.filter(({ candidate }) => candidate.preset === undefined);
  const beyond = new Set(others.slice(otherMetrics));
  return {
    kept: kept.filter((trial) => !beyond.has(trial)),
    leftOut: trials.filter((trial): trial is LeftOut => !isKept(trial)),
    untried: beyond.size + Math.max(0, described.length - otherMetrics * TRIES_PER_METRIC),
  };
}
