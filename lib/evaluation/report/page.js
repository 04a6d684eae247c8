// What runs in the reader's browser: draws each series by uPlot and answers mouse, touch and keyboard.
(() => {
  const metrics = JSON.parse(document.getElementById('figures').textContent);
  const LANE_PIXELS = 22;
  const LEAST_SPAN_SECONDS = 600;
  const charts = [];

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

  const draw = (article, series) => {
    const box = article.querySelector('.chart');
    const readout = article.querySelector('.readout');
    const lower = clipped(series.lower, series.values);
    const upper = clipped(series.upper, series.values);
    const data = [unixTimes(series), series.values, lower, upper, series.expected];
    const chart = new uPlot(optionsOf(series, box, readout), data, box);
    const [first, last] = [data[0][0], data[0].at(-1)];
    const show = (from, to) => {
      const span = Math.min(last - first, Math.max(LEAST_SPAN_SECONDS, to - from));
      const min = Math.max(first, Math.min(last - span, from));
      chart.setScale('x', { min, max: min + span });
    };
    const actions = {
      zoom: (factor) => {
        const { min, max } = chart.scales.x;
        const index = chart.cursor.idx;
        const middle = index === null || index === undefined ? (min + max) / 2 : data[0][index];
        const share = (middle - min) / (max - min);
        const span = (max - min) * factor;
        show(middle - span * share, middle + span * (1 - share));
      },
      move: (share) => {
        const { min, max } = chart.scales.x;
        show(min + (max - min) * share, max + (max - min) * share);
      },
      all: () => {
        chart.chosen = undefined;
        show(first, last);
      },
      step: (count) => {
        const { min, max } = chart.scales.x;
        const now = chart.cursor.idx ?? indexAt(data[0], (min + max) / 2);
        const index = Math.max(0, Math.min(data[0].length - 1, now + count));
        if (data[0][index] < min || data[0][index] > max) actions.move(count > 0 ? 0.5 : -0.5);
        const top = chart.valToPos(series.values[index] ?? chart.scales.y.min, 'y');
        chart.setCursor({ left: chart.valToPos(data[0][index], 'x'), top });
      },
      choose: (injection) => {
        chart.chosen = injection;
        const width = Math.max(injection.to - injection.from, 600);
        show(
          series.startSeconds + injection.from - 2 * width,
          series.startSeconds + injection.to + 2 * width,
        );
        readout.textContent = `${injection.title} (${injection.size}), injected ${timeText(series.startSeconds + injection.from)}: ${injection.outcome}`;
      },
    };
    listen(article, box, actions);
    charts.push({ chart, box });
    return actions;
  };

  const listen = (article, box, actions) => {
    const buttons = {
      in: () => actions.zoom(0.5),
      out: () => actions.zoom(2),
      left: () => actions.move(-0.5),
      right: () => actions.move(0.5),
      all: actions.all,
    };
    article.querySelector('.chart-tools').addEventListener('click', (event) => {
      buttons[event.target.dataset.do]?.();
    });
    const keys = {
      ArrowLeft: (event) => (event.shiftKey ? actions.move(-0.25) : actions.step(-1)),
      ArrowRight: (event) => (event.shiftKey ? actions.move(0.25) : actions.step(1)),
      PageUp: () => actions.move(-0.5),
      PageDown: () => actions.move(0.5),
      '+': () => actions.zoom(0.5),
      '-': () => actions.zoom(2),
      0: actions.all,
      Escape: actions.all,
    };
    box.addEventListener('keydown', (event) => {
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    });
  };

  const cell = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const listInjections = (details, series, actionsOf) => {
    const table = document.createElement('table');
    table.createCaption().textContent = 'Each was injected into a copy of the history of its own';
    const head = table.createTHead().insertRow();
    for (const title of ['Kind', 'Size', 'Injected at, UTC', 'What became of it', 'Look'])
      head.append(Object.assign(cell('th', title), { scope: 'col' }));
    const body = table.createTBody();
    for (const injection of series.injections) {
      const row = body.insertRow();
      const look = Object.assign(cell('button', 'Show'), { type: 'button' });
      look.setAttribute('aria-label', `Show the ${injection.title} in the chart`);
      look.addEventListener('click', () => {
        actionsOf().choose(injection);
        details.closest('article').querySelector('.chart').scrollIntoView({ block: 'center' });
      });
      const last = document.createElement('td');
      last.append(look);
      const outcome = cell('td', `${injection.good ? '●' : '✕'} ${injection.outcome}`);
      outcome.className = injection.good ? 'found-key' : 'missed-key';
      const name = Object.assign(cell('th', injection.title), { scope: 'row' });
      row.append(
        name,
        cell('td', injection.size),
        cell('td', shortTimeText(series.startSeconds + injection.from)),
        outcome,
        last,
      );
    }
    details.querySelector('.scroll').replaceChildren(table);
  };

  const pending = new Map();
  for (const article of document.querySelectorAll('article.series')) {
    const [metric, place] = article.dataset.series.split('-').map(Number);
    const series = metrics[metric][place];
    if (series.times.length === 0) {
      article.querySelector('.readout').textContent = 'There are no samples.';
      continue;
    }
    let actions;
    const ensure = () => {
      actions ??= draw(article, series);
      pending.delete(article);
      return actions;
    };
    pending.set(article, ensure);
    const details = article.querySelector('.injections');
    details.addEventListener('toggle', () => listInjections(details, series, ensure), { once: true });
  }

  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        pending.get(target)?.();
        watcher.unobserve(target);
      }
    },
    { rootMargin: '600px' },
  );
  for (const article of pending.keys()) watcher.observe(article);

  const redraw = () => {
    for (const { chart } of charts) chart.redraw(true, true);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  matchMedia('print').addEventListener('change', redraw);
  addEventListener('beforeprint', () => {
    for (const ensure of [...pending.values()]) ensure();
    redraw();
  });
  let resizing;
  addEventListener('resize', () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      for (const { chart, box } of charts) chart.setSize({ width: box.clientWidth, height: 300 });
    }, 100);
  });
})();
