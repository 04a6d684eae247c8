// What runs in the reader's browser after series-chart.js: draws each series and answers mouse, touch and keyboard.
(() => {
  const { timeText, shortTimeText, indexAt, unixTimes, optionsOf, clipped } = globalThis.seriesChart;
  const metrics = JSON.parse(document.getElementById('figures').textContent);
  const LEAST_SPAN_SECONDS = 600;
  const charts = [];

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
