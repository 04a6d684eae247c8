import { estimateMedian, estimateShare } from './bootstrap.ts';
import type { Estimate } from './estimate.ts';
import type { Fault } from './faults/fault.ts';
import { type FaultName, faultNames, faults } from './faults/registry.ts';
import type { InjectionOutcome } from './judgement.ts';

/** The outcomes of the injections of one kind and size. */
export interface RecallCell {
  readonly sizeLabel: string;
  /** The number injected. */
  readonly injected: number;
  /** The number with the expected outcome: found, or, of a kind that must stay quiet, without an alert. */
  readonly succeeded: number;
  readonly share: Estimate;
  /** Median time to the alert, over the found ones. */
  readonly delaySeconds: Estimate;
}

/** The injections of one kind. */
export interface RecallRow {
  readonly fault: FaultName;
  readonly title: string;
  readonly expects: Fault['expects'];
  /** Small, medium, large. */
  readonly cells: readonly RecallCell[];
}

/** Recall by kind and size, in the order of the registry; kinds without injections are left out. */
export function recallTable(outcomes: readonly InjectionOutcome[], seed: number): RecallRow[] {
  return faultNames.flatMap((name) => {
    const ofKind = outcomes.filter(({ injection }) => injection.fault === name);
    if (ofKind.length === 0) return [];
    const fault: Fault = faults[name];
    const cells = fault.sizes.map((size, sizeIndex) => {
      const ofSize = ofKind.filter(({ injection }) => injection.sizeIndex === sizeIndex);
      const successes = ofSize.map((outcome) => isSuccess(outcome));
      return {
        sizeLabel: fault.sizeLabel(size),
        injected: ofSize.length,
        succeeded: successes.filter(Boolean).length,
        share: estimateShare(successes, seed),
        delaySeconds: estimateMedian(
          ofSize.flatMap(({ delaySeconds }) => delaySeconds ?? []),
          seed,
        ),
      };
    });
    return [{ fault: name, title: fault.title, expects: fault.expects, cells }];
  });
}

/** Whether an injection had the expected outcome: an alert, or, for missing data, no additional alert. */
export function isSuccess({ injection, isFound, isFoundByChance }: InjectionOutcome): boolean {
  return faults[injection.fault].expects === 'alert' ? isFound : !isFound || isFoundByChance;
}
