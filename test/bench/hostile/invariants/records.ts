import type { Invariant } from './invariant.ts';
import { clockTime, pointOfSeries, trueValue } from './series-points.ts';

/** Verdicts and alerts of series that no fault concerns are the undisturbed run's, bit for bit. */
export const sameRecords: Invariant = {
  name: 'healthy-series-scored-as-if-nothing-had-happened',
  *violations({ undisturbed, disturbed, allowances, horizonSeconds }) {
    for (const [name, { fields, timeSeconds }] of undisturbed.points) {
      const point = pointOfSeries(name);
      if (point === undefined || timeSeconds > horizonSeconds) continue;
      const { metric, key } = point;
      if (timeSeconds >= allowances.touchedFrom(metric, key)) continue;
      const found = disturbed.points.get(name);
      if (found !== undefined && found.fields !== fields) yield `${name} is ${found.fields}, not ${fields}`;
    }
  },
};

/** Nothing but the steps that are unavailable is missing, and what is stored once is not stored otherwise later. */
export const nothingMissing: Invariant = {
  name: 'each-record-in-the-store',
  *violations({ undisturbed, disturbed, allowances, horizonSeconds }) {
    for (const [name, { timeSeconds }] of undisturbed.points) {
      const point = pointOfSeries(name);
      if (point === undefined || timeSeconds > horizonSeconds || disturbed.points.has(name)) continue;
      const { measurement, metric, key } = point;
      const isTouched = timeSeconds >= allowances.touchedFrom(metric, key);
      if (measurement === 'alert' ? isTouched : isTouched && allowances.mayLack(metric, key, timeSeconds))
        continue;
      if (measurement === 'verdict' && allowances.isUnstored(metric, key, timeSeconds)) continue;
      yield `${name} (${clockTime(timeSeconds)}) is not in the store`;
    }
  },
};

export const onceOnly: Invariant = {
  name: 'each-record-once',
  *violations({ undisturbed, disturbed, allowances, horizonSeconds }) {
    for (const name of disturbed.changedPoints) {
      const point = pointOfSeries(name);
      // The source's answer to the same question may have changed since.
      const isTouched =
        point !== undefined && point.timeSeconds >= allowances.touchedFrom(point.metric, point.key);
      if (!isTouched) yield `${name} was written again with other fields`;
    }
    for (const [name, { timeSeconds }] of disturbed.points) {
      const point = pointOfSeries(name);
      if (point === undefined || timeSeconds > horizonSeconds || undisturbed.points.has(name)) continue;
      const { metric, key } = point;
      if (allowances.isAdditional(metric, key) || timeSeconds >= allowances.touchedFrom(metric, key))
        continue;
      yield `${name} (${clockTime(timeSeconds)}) is in the store, and not in the undisturbed one`;
    }
  },
};

/** A verdict never carries a value that its series did not have. */
export const trueValues: Invariant = {
  name: 'no-value-that-was-none',
  *violations({ background, disturbed, allowances }) {
    for (const [name, { fields, timeSeconds }] of disturbed.points) {
      const point = pointOfSeries(name);
      if (point?.measurement !== 'verdict' || allowances.mayBeUntrue(timeSeconds)) continue;
      const value = /,value=([^,]+)/.exec(fields)?.[1];
      const expected = trueValue(background, point);
      if (value !== undefined && expected !== undefined && Number(value) !== Number(expected))
        yield `${name} (${clockTime(timeSeconds)}) has the value ${value}, the series had ${expected}`;
    }
  },
};

/** Steps that are given up are in a gap record, and no gap record covers steps that could be had. */
export const statedGaps: Invariant = {
  name: 'gaps-are-stated-and-no-larger-than-what-is-refused',
  *violations({ background, disturbed, allowances, horizonSeconds }) {
    const gaps = [...disturbed.points].flatMap(([name, { fields, timeSeconds: startSeconds }]) => {
      const metric = /^gap,metric=([^ ]+) /.exec(name)?.[1];
      const endSeconds = Number(/end=(\d+)i/.exec(fields)?.[1]);
      return metric === undefined ? [] : [{ metric, startSeconds, endSeconds }];
    });
    for (const { metric, startSeconds, endSeconds } of gaps) {
      const ofBackground = background.metrics.find(({ name }) => name === metric);
      for (let time = startSeconds; time <= endSeconds; time += 60)
        if (ofBackground === undefined || !allowances.mayLackAll(ofBackground, time))
          yield `${metric} has a gap at ${clockTime(time)}, which could be had`;
    }
    const scored = new Set<string>();
    for (const name of disturbed.points.keys()) {
      const point = pointOfSeries(name);
      if (point?.measurement === 'verdict') scored.add(`${point.metric} ${point.timeSeconds}`);
    }
    const firstSeconds = Math.min(...[...scored].map((one) => Number(one.split(' ')[1])));
    for (const { name: metric } of background.metrics) {
      for (let time = firstSeconds; time <= horizonSeconds; time += 60) {
        if (
          scored.has(`${metric} ${time}`) ||
          gaps.some((gap) => gap.metric === metric && gap.startSeconds <= time && time <= gap.endSeconds)
        )
          continue;
        // Where every series is gone or cannot be stored, neither is expected.
        const isExpected = background.metrics.some(
          ({ name, series }) =>
            name === metric &&
            series.some(
              ({ key }) =>
                !allowances.isUnstored(metric, key, time) && !allowances.mayLackAlone(metric, key, time),
            ),
        );
        if (isExpected) yield `${metric} has neither verdicts nor a gap at ${clockTime(time)}`;
      }
    }
  },
};
