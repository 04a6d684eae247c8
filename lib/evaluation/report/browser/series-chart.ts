// Runs before page.js in the reader's browser: what a series' chart shows, and how it is painted.
globalThis.seriesChart = (() => {
  const LANE_PIXELS = 22;

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const twoDigits = (number) => String(number).padStart(2, '0');
  const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const timeText = (seconds) => {
    const date = new Date(seconds * 1000);
    const day = `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
    return `${WEEKDAYS[date.getUTCDay()]} ${day} ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())} UTC`;
  };
  const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const shortTimeText = (seconds) => {
    const date = new Date(seconds * 1000);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
  };
  const tickTexts = (_chart, ticks) =>
    ticks.map((seconds, index) => {
      const date = new Date(seconds * 1000);
      const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
      const isMidnight = seconds % 86400 === 0;
      const hour = `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
      if (isMidnight) return day;
      return index === 0 ? `${hour}\n${day}` : hour;
    });
  const numberText = (value) =>
    value === null || value === undefined ? '–' : String(Number(value.toPrecision(4)));

  /** The last index whose time is not after the wanted one. */
  const indexAt = (times, wanted) => {
    let low = 0;
    let high = times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const unixTimes = ({ startSeconds, times }) => times.map((time) => startSeconds + time);

  const describe = (series, chart, index) => {
    const time = chart.data[0][index];
    const [, value, lower, upper, expected] = chart.data.map((column) => column[index]);
    const band =
      lower === null
        ? 'nothing was scored yet'
        : `an alert outside ${numberText(lower)} to ${numberText(upper)}`;
    const parts = [`${timeText(time)}: ${numberText(value)}`, `expected ${numberText(expected)}, ${band}`];
    const after = time - series.startSeconds;
    const reach = Math.max(30, (chart.scales.x.max - chart.scales.x.min) / 400);
    const near = ({ from, to }) => after >= from - reach && after <= to + reach;
    if (series.alerts.some((alert) => Math.abs(alert.time - after) <= reach)) parts.push('alert');
    for (const injection of series.injections.filter(near).slice(0, 3))
      parts.push(`${injection.title} (${injection.size}) injected: ${injection.outcome}`);
    return parts.join('; ');
  };

  const drawMarks = (series) => (chart) => {
    const { ctx, bbox } = chart;
    const pixels = window.devicePixelRatio || 1;
    const x = (after) => chart.valToPos(series.startSeconds + after, 'x', true);
    const isShown = (after) => x(after) >= bbox.left && x(after) <= bbox.left + bbox.width;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height + 2);
    ctx.clip();
    ctx.fillStyle = color('incident');
    for (const { from, to } of series.incidents)
      ctx.fillRect(x(from), bbox.top, Math.max(2 * pixels, x(to) - x(from)), bbox.height);
    ctx.fillStyle = color('soft');
    ctx.globalAlpha = 0.12;
    ctx.fillRect(bbox.left, bbox.top, Math.max(0, x(series.judgedAfter) - bbox.left), bbox.height);
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.6 * pixels;
    const lane = bbox.top + bbox.height - 9 * pixels;
    const radius = 3.2 * pixels;
    // What was missed is drawn last, so that it is never hidden behind what was found.
    for (const injection of series.injections.toSorted(
      (one, other) => Number(other.good) - Number(one.good),
    )) {
      const at = x(injection.from);
      const shade = color(injection.good ? 'found' : 'missed');
      ctx.strokeStyle = shade;
      ctx.fillStyle = shade;
      const width = x(injection.to) - at;
      if (width > 3 * pixels) {
        ctx.globalAlpha = 0.5;
        ctx.fillRect(at, lane - 1.5 * pixels, width, 3 * pixels);
        ctx.globalAlpha = 1;
      }
      if (isShown(injection.from)) {
        ctx.beginPath();
        if (injection.good) {
          ctx.arc(at, lane, radius, 0, 2 * Math.PI);
          ctx.fill();
        } else {
          const arm = radius * 1.15;
          ctx.moveTo(at - arm, lane - arm);
          ctx.lineTo(at + arm, lane + arm);
          ctx.moveTo(at + arm, lane - arm);
          ctx.lineTo(at - arm, lane + arm);
          ctx.stroke();
        }
      }
      // What was injected is drawn once one looks closely enough to tell one from the next.
      if (injection === chart.chosen || width > 40 * pixels)
        drawInjected(chart, series, injection, shade, pixels);
    }
    ctx.fillStyle = color('alert');
    for (const { time, value } of series.alerts) {
      const at = x(time);
      const y = chart.valToPos(value, 'y', true) - 7 * pixels;
      ctx.beginPath();
      ctx.moveTo(at, y + 5 * pixels);
      ctx.lineTo(at - 5 * pixels, y - 4 * pixels);
      ctx.lineTo(at + 5 * pixels, y - 4 * pixels);
      ctx.fill();
    }
    ctx.restore();
  };

  const drawInjected = (chart, series, injection, shade, pixels) => {
    const { ctx } = chart;
    ctx.strokeStyle = shade;
    ctx.setLineDash([4 * pixels, 3 * pixels]);
    ctx.beginPath();
    injection.times.forEach((time, index) => {
      const left = chart.valToPos(series.startSeconds + time, 'x', true);
      ctx.lineTo(left, chart.valToPos(injection.values[index], 'y', true));
    });
    ctx.stroke();
    ctx.setLineDash([]);
  };

  const optionsOf = (series, box, readout) => {
    const axis = {
      stroke: () => color('soft'),
      grid: { stroke: () => color('rule'), width: 1 },
      ticks: { stroke: () => color('rule'), width: 1 },
    };
    return {
      width: box.clientWidth,
      height: 300,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        y: {
          range: (_chart, least, most) => {
            const [low, high] = uPlot.rangeNum(least, most, 0.08, false);
            // A lane below the values is kept for the marks of injections.
            return [low - ((high - low) * LANE_PIXELS) / 250, high];
          },
        },
      },
      axes: [
        { ...axis, space: 70, values: tickTexts },
        { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => numberText(tick)) },
      ],
      series: [
        {},
        { label: 'value', stroke: () => color('value'), width: 1.2, points: { show: false } },
        { label: 'lower', stroke: () => color('band-edge'), width: 0.6, points: { show: false } },
        { label: 'upper', stroke: () => color('band-edge'), width: 0.6, points: { show: false } },
        { label: 'expected', stroke: 'transparent', points: { show: false } },
      ],
      bands: [{ series: [3, 2], fill: () => color('band') }],
      hooks: {
        draw: [drawMarks(series)],
        setScale: [
          (chart, key) => {
            if (key !== 'x') return;
            // What is shown, for scripts and for people who read the page by other means.
            box.dataset.from = timeText(chart.scales.x.min);
            box.dataset.to = timeText(chart.scales.x.max);
          },
        ],
        setCursor: [
          (chart) => {
            if (chart.cursor.idx !== null && chart.cursor.idx !== undefined)
              readout.textContent = describe(series, chart, chart.cursor.idx);
          },
        ],
      },
    };
  };

  /** Alert bands reach to infinity now and then; the scale follows the values and the middle of the bands. */
  const clipped = (column, values) => {
    const known = values.filter((value) => value !== null);
    const least = known.reduce((low, value) => Math.min(low, value), Infinity);
    const most = known.reduce((high, value) => Math.max(high, value), -Infinity);
    const room = (most - least || Math.abs(most) || 1) * 0.5;
    return column.map((value) =>
      value === null ? null : Math.max(least - room, Math.min(most + room, value)),
    );
  };

  return { timeText, shortTimeText, indexAt, unixTimes, optionsOf, clipped };
})();
