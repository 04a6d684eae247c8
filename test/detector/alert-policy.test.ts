import { describe, expect, it } from 'vitest';
import { decideAlerts, startAlertPolicy } from '../../lib/detector/alert-policy.ts';
import { type DetectionSettings, defaultDetectionSettings } from '../../lib/detector/settings.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** 00:30 UTC of some day, so that an hour more or less stays within it. */
const START = 19_700 * DAY + HOUR / 2;

interface Moment {
  readonly at: number;
  readonly score: number;
  readonly spike?: number;
  readonly size?: number;
  readonly matters?: boolean;
  readonly isSilenced?: boolean;
}

/** What a policy raises at each moment, as words: kind and onset, in seconds after the start. */
function play(
  moments: readonly Moment[],
  settings: Partial<DetectionSettings> = {},
  stepSeconds = MINUTE,
): string[] {
  const state = startAlertPolicy();
  return moments.flatMap(({ at, score, spike = -9, size = 10, matters = true, isSilenced = false }) =>
    decideAlerts(state, {
      timeSeconds: START + at,
      score,
      spikeScore: spike,
      threshold: 0,
      settings: { ...defaultDetectionSettings, ...settings },
      stepSeconds,
      matters,
      size,
      isSilenced,
    }).map(({ kind, onsetSeconds }) => `${at} ${kind} of ${onsetSeconds - START}`),
  );
}

describe('the alert policy', () => {
  it('raises an incident once, however long it stands, and of its end after the quiet time', () => {
    const standing = Array.from({ length: 20 }, (_, index) => ({ at: index * MINUTE, score: 0.5 }));
    const calm = Array.from({ length: 40 }, (_, index) => ({ at: (20 + index) * MINUTE, score: -3 }));
    expect(play([...standing, ...calm])).toEqual(['0 onset of 0', `${50 * MINUTE} resolved of 0`]);
  });

  it('keeps an incident open while scores stay within half of the rarity', () => {
    const near = Array.from({ length: 60 }, (_, index) => ({ at: (1 + index) * MINUTE, score: -0.29 }));
    expect(play([{ at: 0, score: 0.1 }, ...near])).toEqual(['0 onset of 0']);
  });

  it('escalates what becomes ten times rarer, and only then', () => {
    const moments = [0.1, 0.9, 1.1, 1.9, 2.2].map((score, index) => ({ at: index * MINUTE, score }));
    expect(play(moments)).toEqual(['0 onset of 0', '120 escalation of 0', '240 escalation of 0']);
  });

  it('holds the next onset back for the refractory time', () => {
    const again = (at: number) => [
      { at, score: 0.1 },
      { at: at + HOUR, score: -3 },
    ];
    expect(play([...again(0), ...again(5 * HOUR), ...again(6 * HOUR + MINUTE)])).toEqual([
      '0 onset of 0',
      '3600 resolved of 0',
      `${6 * HOUR + MINUTE} onset of ${6 * HOUR + MINUTE}`,
      `${7 * HOUR + MINUTE} resolved of ${6 * HOUR + MINUTE}`,
    ]);
  });

  it('raises a new spike within the refractory time, but not one of a storm of spikes', () => {
    const spike = (at: number) => ({ at, score: 0.4, spike: 0.4 });
    expect(play([spike(0), spike(19 * MINUTE), spike(38 * MINUTE), spike(70 * MINUTE)])).toEqual([
      '0 onset of 0',
      `${70 * MINUTE} resolved of 0`,
      `${70 * MINUTE} new-spike of ${70 * MINUTE}`,
    ]);
  });

  it('counts a new spike in an open incident to that incident', () => {
    const standing = Array.from({ length: 119 }, (_, index) => ({ at: (1 + index) * MINUTE, score: 0 }));
    const moments = [
      { at: 0, score: 0.2, spike: 0.2 },
      ...standing,
      { at: 2 * HOUR, score: 0.5, spike: 0.5 },
    ];
    expect(play(moments)).toEqual(['0 onset of 0', `${2 * HOUR} new-spike of 0`]);
  });

  it('holds an escalation against the strongest event so far, though a weaker spike came in between', () => {
    const standing = Array.from({ length: 119 }, (_, index) => ({ at: (1 + index) * MINUTE, score: 0 }));
    const moments = [
      { at: 0, score: 2, spike: 2 },
      ...standing,
      { at: 2 * HOUR, score: 0.5, spike: 0.5 },
      { at: 2 * HOUR + MINUTE, score: 2.9 },
      { at: 2 * HOUR + 2 * MINUTE, score: 3 },
    ];
    expect(play(moments)).toEqual([
      '0 onset of 0',
      `${2 * HOUR} new-spike of 0`,
      `${2 * HOUR + 2 * MINUTE} escalation of 0`,
    ]);
  });

  it('holds an escalation against a new spike that is stronger than the event before it', () => {
    const standing = Array.from({ length: 119 }, (_, index) => ({ at: (1 + index) * MINUTE, score: 0 }));
    const moments = [
      { at: 0, score: 0.2, spike: 0.2 },
      ...standing,
      { at: 2 * HOUR, score: 1.1, spike: 1.1 },
      { at: 2 * HOUR + MINUTE, score: 2 },
    ];
    expect(play(moments)).toEqual(['0 onset of 0', `${2 * HOUR} new-spike of 0`]);
  });

  it('takes what is at a bar for what is above it', () => {
    const spike = (at: number) => ({ at, score: 0, spike: 0 });
    expect(play([spike(0)])).toEqual(['0 onset of 0']);
    expect(play([spike(0), spike(2 * HOUR)]).at(-1)).toBe(`${2 * HOUR} new-spike of ${2 * HOUR}`);
    const near = Array.from({ length: 60 }, (_, index) => ({ at: (1 + index) * MINUTE, score: -0.3 }));
    expect(play([{ at: 0, score: 0 }, ...near])).toEqual(['0 onset of 0']);
    const nightly = [0, 1, 2, 3].map((day) => ({ at: day * DAY, score: 0 }));
    expect(play(nightly).filter((line) => line.includes('onset'))).toHaveLength(3);
  });

  it('takes a spike for new from 20 minutes on after the one before, whether that was notified or not', () => {
    const spike = (at: number, score = 0.4) => ({ at, score, spike: score });
    expect(play([spike(0), spike(20 * MINUTE)]).at(-1)).toBe(`${20 * MINUTE} new-spike of 0`);
    expect(play([spike(0), spike(15 * MINUTE, 0), spike(30 * MINUTE)])).toEqual(['0 onset of 0']);
  });

  it('begins the next incident as soon as the refractory time is over', () => {
    const { refractorySeconds } = defaultDetectionSettings;
    const moments = [0, HOUR, refractorySeconds].map((at, index) => ({ at, score: index === 1 ? -3 : 0.1 }));
    expect(play(moments).at(-1)).toBe(`${refractorySeconds} onset of ${refractorySeconds}`);
  });

  it('gives a slow series five steps to calm down, and three before a spike is new', () => {
    const calm = [1, 2, 3, 4, 5, 6].map((hours) => ({ at: hours * HOUR, score: -3 }));
    expect(play([{ at: 0, score: 0.5 }, ...calm], {}, HOUR)).toEqual([
      '0 onset of 0',
      `${6 * HOUR} resolved of 0`,
    ]);
    const spikes = [0, 2, 4].map((hours) => ({ at: hours * HOUR, score: 0.4, spike: 0.4 }));
    expect(play(spikes, {}, HOUR)).toEqual(['0 onset of 0']);
  });

  it('needs persistent evidence for a new spike too, unless an incident is open', () => {
    const settings = { persistence: { hits: 2, window: 3 } };
    const spike = (at: number) => ({ at, score: 0.4, spike: 0.4 });
    const calm = [0, 1, 2].map((minutes) => ({ at: HOUR + minutes * MINUTE, score: -3 }));
    expect(play([spike(0), spike(MINUTE), ...calm, spike(2 * HOUR)], settings)).toEqual([
      '60 onset of 60',
      `${HOUR} resolved of 60`,
    ]);
  });

  it('learns no routine of an hour from calm days', () => {
    const calm = [0, 1, 2, 3].map((day) => ({ at: day * DAY, score: -3 }));
    expect(play([...calm, { at: 4 * DAY, score: 0.5 }])).toEqual([`${4 * DAY} onset of ${4 * DAY}`]);
  });

  it('raises the bar for what comes at the same hour on several days, the higher the more days it came on', () => {
    // Each is three times as large as the last, so that none is like an earlier one.
    const nightly = [0, 1, 2, 3, 4, 5, 6].map((day) => ({ at: day * DAY, score: 0.5, size: 3 ** day }));
    const onsets = (moments: readonly Moment[]) => play(moments).filter((line) => line.includes('onset'));
    expect(onsets(nightly)).toEqual([
      '0 onset of 0',
      `${DAY} onset of ${DAY}`,
      `${2 * DAY} onset of ${2 * DAY}`,
    ]);
    const then = (day: number, score: number) =>
      onsets([...nightly.slice(0, day), { at: day * DAY, score, size: 3 ** day }]).at(-1) ===
      `${day * DAY} onset of ${day * DAY}`;
    // After three days it must be six times rarer, after six days twenty times.
    expect([then(3, 0.7), then(3, 0.9), then(6, 1.2), then(6, 1.4)]).toEqual([false, true, false, true]);
  });

  it('does not notify what came at this time on three days, unless it is larger or goes the other way', () => {
    const daily = [0, 1, 2].map((day) => ({ at: day * DAY, score: 1.9 }));
    const fourth = (size: number) => play([...daily, { at: 3 * DAY, score: 1.9, size }]).at(-1);
    expect(fourth(10)).not.toContain('onset of 259200');
    expect(fourth(16)).toBe(`${3 * DAY} onset of ${3 * DAY}`);
    expect(fourth(-10)).toBe(`${3 * DAY} onset of ${3 * DAY}`);
  });

  it('needs as many hits as persistence asks for before an onset', () => {
    const settings = { persistence: { hits: 2, window: 3 } };
    const scores = [0.1, -3, -3, 0.1, -3, 0.1];
    const moments = scores.map((score, index) => ({ at: index * MINUTE, score }));
    expect(play(moments, settings)).toEqual(['300 onset of 300']);
  });

  it('raises nothing that does not matter to the user, and what matters after it at once', () => {
    expect(
      play([
        { at: 0, score: 2, matters: false },
        { at: MINUTE, score: 0.5 },
      ]),
    ).toEqual(['60 onset of 60']);
  });

  it('learns routines and spikes from scores alone, whatever the user filters', () => {
    const filtered = [0, 1, 2].map((day) => ({ at: day * DAY, score: 0.5, matters: false }));
    expect(play([...filtered, { at: 3 * DAY, score: 0.5 }])).toEqual([]);
  });

  it('raises nothing in maintenance, ends what was open, and raises what still stands afterwards', () => {
    const moments: Moment[] = [
      { at: 0, score: 0.5 },
      { at: 10 * MINUTE, score: 3, isSilenced: true },
      { at: 2 * HOUR, score: -3, isSilenced: true },
      { at: 7 * HOUR, score: 0.5, isSilenced: true },
      { at: 7 * HOUR + MINUTE, score: 0.5 },
    ];
    expect(play(moments)).toEqual([
      '0 onset of 0',
      `${2 * HOUR} resolved of 0`,
      `${7 * HOUR + MINUTE} onset of ${7 * HOUR + MINUTE}`,
    ]);
  });

  it('can end one incident and begin the next at the same sample', () => {
    expect(
      play([
        { at: 0, score: 0.5 },
        { at: 7 * HOUR, score: 0.5 },
      ]),
    ).toEqual(['0 onset of 0', `${7 * HOUR} resolved of 0`, `${7 * HOUR} onset of ${7 * HOUR}`]);
  });
});
