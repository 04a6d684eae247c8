// Made by npm run report-scripts from the files in browser/.
"use strict";
(() => {
  // lib/evaluation/report/browser/element.ts
  function element(inside, selector) {
    const found = inside.querySelector(selector);
    if (found === null) throw new Error(`The page has no element ${selector}`);
    return found;
  }

  // lib/evaluation/report/browser/texts.ts
  var WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var DAY_SECONDS = 86400;
  function twoDigits(number) {
    return String(number).padStart(2, "0");
  }
  function timeText(seconds) {
    const date = new Date(seconds * 1e3);
    const day = `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
    return `${WEEKDAYS[date.getUTCDay()]} ${day} ${hourText(date)} UTC`;
  }
  function shortTimeText(seconds) {
    const date = new Date(seconds * 1e3);
    return `${dayText(date)} ${hourText(date)}`;
  }
  function tickTexts(ticks) {
    return ticks.map((seconds, index) => {
      const date = new Date(seconds * 1e3);
      if (seconds % DAY_SECONDS === 0) return dayText(date);
      return index === 0 ? `${hourText(date)}
${dayText(date)}` : hourText(date);
    });
  }
  function numberText(value) {
    return value === null || value === void 0 ? "–" : String(Number(value.toPrecision(4)));
  }
  function dayText(date) {
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  }
  function hourText(date) {
    return `${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
  }

  // lib/evaluation/report/browser/chart-actions.ts
  var MINIMUM_SPAN_SECONDS = 600;
  var ChartActions = class {
    #chart;
    #series;
    #readout;
    constructor(chart, series, readout) {
      this.#chart = chart;
      this.#series = series;
      this.#readout = readout;
    }
    /** @param factor of the visible time span; the cursor stays in place. */
    zoom(factor) {
      const { from, to } = this.#chart.shown;
      const index = this.#chart.plot.cursor.idx;
      const middle = index === null || index === void 0 ? (from + to) / 2 : this.#timeAt(index);
      const share = (middle - from) / (to - from);
      const span = (to - from) * factor;
      this.#show(middle - span * share, middle + span * (1 - share));
    }
    /** @param share fraction of the visible time span; negative to the left. */
    move(share) {
      const { from, to } = this.#chart.shown;
      this.#show(from + (to - from) * share, to + (to - from) * share);
    }
    showAll() {
      this.#chart.chosen = void 0;
      this.#show(this.#timeAt(0), this.#timeAt(this.#chart.times.length - 1));
    }
    /** Moves the cursor by this many samples. */
    step(count) {
      const { plot, times } = this.#chart;
      const { from, to } = this.#chart.shown;
      const now = plot.cursor.idx ?? indexAt(times, (from + to) / 2);
      const index = Math.max(0, Math.min(times.length - 1, now + count));
      const time = this.#timeAt(index);
      if (time < from || time > to) this.move(count > 0 ? 0.5 : -0.5);
      const top = plot.valToPos(this.#series.values[index] ?? plot.scales.y?.min ?? 0, "y");
      plot.setCursor({ left: plot.valToPos(time, "x"), top });
    }
    /** Shows one injection with its values. */
    choose(injection) {
      this.#chart.chosen = injection;
      const { startSeconds } = this.#series;
      const { title, size, from, to, outcome } = injection;
      const width = Math.max(to - from, MINIMUM_SPAN_SECONDS);
      this.#show(startSeconds + from - 2 * width, startSeconds + to + 2 * width);
      this.#readout.textContent = `${title} (${size}), injected ${timeText(startSeconds + from)}: ${outcome}`;
    }
    /** Connects the buttons of an article and the keys in its chart. */
    listen(article, box) {
      const buttons = {
        in: () => this.zoom(0.5),
        out: () => this.zoom(2),
        left: () => this.move(-0.5),
        right: () => this.move(0.5),
        all: () => this.showAll()
      };
      element(article, ".chart-tools").addEventListener("click", ({ target }) => {
        if (target instanceof HTMLElement) buttons[target.dataset.do ?? ""]?.();
      });
      const keys = {
        ArrowLeft: ({ shiftKey }) => shiftKey ? this.move(-0.25) : this.step(-1),
        ArrowRight: ({ shiftKey }) => shiftKey ? this.move(0.25) : this.step(1),
        PageUp: () => this.move(-0.5),
        PageDown: () => this.move(0.5),
        "+": () => this.zoom(0.5),
        "-": () => this.zoom(2),
        0: () => this.showAll(),
        Escape: () => this.showAll()
      };
      box.addEventListener("keydown", (event) => {
        const act = keys[event.key];
        if (act === void 0) return;
        event.preventDefault();
        act(event);
      });
    }
    #timeAt(index) {
      return this.#chart.times[index] ?? 0;
    }
    #show(from, to) {
      const [first, last] = [this.#timeAt(0), this.#timeAt(this.#chart.times.length - 1)];
      const span = Math.min(last - first, Math.max(MINIMUM_SPAN_SECONDS, to - from));
      const min = Math.max(first, Math.min(last - span, from));
      this.#chart.plot.setScale("x", { min, max: min + span });
    }
  };
  function indexAt(times, wanted) {
    return Math.max(
      0,
      times.findLastIndex((time) => time <= wanted)
    );
  }

  // lib/evaluation/report/browser/injection-table.ts
  function listInjections(details, series, choose) {
    const table = document.createElement("table");
    table.createCaption().textContent = "Each was injected into its own copy of the history";
    const head = table.createTHead().insertRow();
    for (const title of ["Kind", "Size", "Injected at, UTC", "Outcome", "Look"])
      head.append(Object.assign(cell("th", title), { scope: "col" }));
    const body = table.createTBody();
    for (const injection of series.injections) {
      const outcome = cell("td", `${injection.good ? "●" : "✕"} ${injection.outcome}`);
      outcome.className = injection.good ? "found-key" : "missed-key";
      const last = document.createElement("td");
      last.append(lookButton(injection, choose));
      body.insertRow().append(
        Object.assign(cell("th", injection.title), { scope: "row" }),
        cell("td", injection.size),
        cell("td", shortTimeText(series.startSeconds + injection.from)),
        outcome,
        last
      );
    }
    element(details, ".scroll").replaceChildren(table);
  }
  function lookButton(injection, choose) {
    const button = Object.assign(cell("button", "Show"), { type: "button" });
    button.setAttribute("aria-label", `Show the ${injection.title} in the chart`);
    button.addEventListener("click", () => choose(injection));
    return button;
  }
  function cell(tag, text) {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  }

  // lib/evaluation/report/browser/color.ts
  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  // lib/evaluation/report/browser/marks.ts
  var MARK_RADIUS = 3.2;
  function drawMarks(chart, series, chosen) {
    const { ctx, bbox } = chart;
    const pixels = window.devicePixelRatio || 1;
    const x = (after) => chart.valToPos(series.startSeconds + after, "x", true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height + 2);
    ctx.clip();
    ctx.fillStyle = color("incident");
    for (const { from, to } of series.incidents)
      ctx.fillRect(x(from), bbox.top, Math.max(2 * pixels, x(to) - x(from)), bbox.height);
    ctx.fillStyle = color("soft");
    ctx.globalAlpha = 0.12;
    ctx.fillRect(bbox.left, bbox.top, Math.max(0, x(series.judgedAfter) - bbox.left), bbox.height);
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.6 * pixels;
    for (const injection of series.injections.toSorted((one, other) => Number(other.good) - Number(one.good)))
      drawInjection(chart, series, injection, pixels, injection === chosen);
    ctx.fillStyle = color("alert");
    for (const { time, value } of series.alerts)
      drawAlert(ctx, x(time), chart.valToPos(value ?? 0, "y", true) - 7 * pixels, pixels);
    ctx.restore();
  }
  function drawInjection(chart, series, injection, pixels, isChosen) {
    const { ctx, bbox } = chart;
    const at = chart.valToPos(series.startSeconds + injection.from, "x", true);
    const width = chart.valToPos(series.startSeconds + injection.to, "x", true) - at;
    const lane = bbox.top + bbox.height - 9 * pixels;
    const shade = color(injection.good ? "found" : "missed");
    ctx.strokeStyle = shade;
    ctx.fillStyle = shade;
    if (width > 3 * pixels) {
      ctx.globalAlpha = 0.5;
      ctx.fillRect(at, lane - 1.5 * pixels, width, 3 * pixels);
      ctx.globalAlpha = 1;
    }
    const isShown = at >= bbox.left && at <= bbox.left + bbox.width;
    if (isShown) drawOutcome(ctx, at, lane, MARK_RADIUS * pixels, injection.good);
    if (isChosen || width > 40 * pixels) drawInjected(chart, series, injection, pixels);
  }
  function drawOutcome(ctx, at, lane, radius, isGood) {
    ctx.beginPath();
    if (isGood) {
      ctx.arc(at, lane, radius, 0, 2 * Math.PI);
      ctx.fill();
      return;
    }
    const arm = radius * 1.15;
    ctx.moveTo(at - arm, lane - arm);
    ctx.lineTo(at + arm, lane + arm);
    ctx.moveTo(at + arm, lane - arm);
    ctx.lineTo(at - arm, lane + arm);
    ctx.stroke();
  }
  function drawInjected(chart, series, injection, pixels) {
    const { ctx } = chart;
    ctx.setLineDash([4 * pixels, 3 * pixels]);
    ctx.beginPath();
    for (const [index, time] of injection.times.entries()) {
      const left = chart.valToPos(series.startSeconds + time, "x", true);
      ctx.lineTo(left, chart.valToPos(injection.values[index] ?? 0, "y", true));
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }
  function drawAlert(ctx, at, y, pixels) {
    ctx.beginPath();
    ctx.moveTo(at, y + 5 * pixels);
    ctx.lineTo(at - 5 * pixels, y - 4 * pixels);
    ctx.lineTo(at + 5 * pixels, y - 4 * pixels);
    ctx.fill();
  }

  // lib/evaluation/report/browser/series-chart.ts
  var HEIGHT_PIXELS = 300;
  var LANE_SHARE = 22 / 250;
  var SeriesChart = class {
    plot;
    /** Unix times of the columns. */
    times;
    chosen;
    #box;
    /** @param readout shows the values under the cursor. */
    constructor(series, box, readout) {
      this.#box = box;
      this.times = series.times.map((time) => series.startSeconds + time);
      const { values, expected } = series;
      const columns = [values, clipped(series.lower, values), clipped(series.upper, values), expected];
      const data = [this.times, ...columns].map((column) => [...column]);
      const options = this.#options(series, box, readout);
      this.plot = new uPlot(options, data, box);
    }
    /** The visible time range: Unix times. */
    get shown() {
      const { min = 0, max = 0 } = this.plot.scales.x ?? {};
      return { from: min, to: max };
    }
    fitToWidth() {
      this.plot.setSize({ width: this.#box.clientWidth, height: HEIGHT_PIXELS });
    }
    #options(series, box, readout) {
      const axis = {
        stroke: () => color("soft"),
        grid: { stroke: () => color("rule"), width: 1 },
        ticks: { stroke: () => color("rule"), width: 1 }
      };
      const points = { show: false };
      return {
        width: box.clientWidth,
        height: HEIGHT_PIXELS,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { size: 7 } },
        scales: {
          y: {
            range: (_, least, most) => {
              const [low, high] = uPlot.rangeNum(least, most, 0.08, false);
              return [(low ?? 0) - ((high ?? 0) - (low ?? 0)) * LANE_SHARE, high];
            }
          }
        },
        axes: [
          { ...axis, space: 70, values: (_, ticks) => tickTexts(ticks) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => numberText(tick)) }
        ],
        series: [
          {},
          { label: "value", stroke: () => color("value"), width: 1.2, points },
          { label: "lower", stroke: () => color("band-edge"), width: 0.6, points },
          { label: "upper", stroke: () => color("band-edge"), width: 0.6, points },
          { label: "expected", stroke: "transparent", points }
        ],
        bands: [{ series: [3, 2], fill: () => color("band") }],
        hooks: {
          draw: [(plot) => drawMarks(plot, series, this.chosen)],
          setScale: [
            (plot, key) => {
              if (key !== "x") return;
              box.dataset.from = timeText(plot.scales.x?.min ?? 0);
              box.dataset.to = timeText(plot.scales.x?.max ?? 0);
            }
          ],
          setCursor: [
            (plot) => {
              const index = plot.cursor.idx;
              if (index !== null && index !== void 0) readout.textContent = describe(series, plot, index);
            }
          ]
        }
      };
    }
  };
  function describe(series, plot, index) {
    const [time = 0, value, lower, upper, expected] = plot.data.map((column) => column[index]);
    const band = lower === null ? "nothing was scored yet" : `an alert outside ${numberText(lower)} to ${numberText(upper)}`;
    const at = time ?? 0;
    const parts = [`${timeText(at)}: ${numberText(value)}`, `expected ${numberText(expected)}, ${band}`];
    const after = at - series.startSeconds;
    const { min = 0, max = 0 } = plot.scales.x ?? {};
    const reach = Math.max(30, (max - min) / 400);
    if (series.alerts.some((alert) => Math.abs(alert.time - after) <= reach)) parts.push("alert");
    const near = series.injections.filter(({ from, to }) => after >= from - reach && after <= to + reach);
    for (const injection of near.slice(0, 3))
      parts.push(`${injection.title} (${injection.size}) injected: ${injection.outcome}`);
    return parts.join("; ");
  }
  function clipped(column, values) {
    const known = values.filter((value) => value !== null);
    const least = known.reduce((low, value) => Math.min(low, value), Infinity);
    const most = known.reduce((high, value) => Math.max(high, value), -Infinity);
    const room = (most - least || Math.abs(most) || 1) * 0.5;
    return column.map(
      (value) => value === null ? null : Math.max(least - room, Math.min(most + room, value))
    );
  }

  // lib/evaluation/report/browser/page.ts
  var RESIZE_PAUSE_MILLISECONDS = 100;
  var metrics = JSON.parse(
    element(document, "#figures").textContent ?? ""
  );
  var charts = [];
  var pending = /* @__PURE__ */ new Map();
  function draw(article, series) {
    const box = element(article, ".chart");
    const readout = element(article, ".readout");
    const chart = new SeriesChart(series, box, readout);
    const actions = new ChartActions(chart, series, readout);
    actions.listen(article, box);
    charts.push(chart);
    return actions;
  }
  function prepare(article) {
    const [metric = 0, place = 0] = (article.dataset.series ?? "").split("-").map(Number);
    const series = metrics[metric]?.[place];
    if (series === void 0 || series.times.length === 0) {
      element(article, ".readout").textContent = "There are no samples.";
      return;
    }
    let actions;
    const ensure = () => {
      actions ??= draw(article, series);
      pending.delete(article);
      return actions;
    };
    pending.set(article, ensure);
    const details = element(article, ".injections");
    const list = () => listInjections(details, series, (injection) => {
      ensure().choose(injection);
      element(article, ".chart").scrollIntoView({ block: "center" });
    });
    details.addEventListener("toggle", list, { once: true });
  }
  function redraw() {
    for (const { plot } of charts) plot.redraw(true, true);
  }
  for (const article of document.querySelectorAll("article.series")) prepare(article);
  var watcher = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        pending.get(target)?.();
        watcher.unobserve(target);
      }
    },
    { rootMargin: "600px" }
  );
  for (const article of pending.keys()) watcher.observe(article);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("print").addEventListener("change", redraw);
  addEventListener("beforeprint", () => {
    for (const ensure of [...pending.values()]) ensure();
    redraw();
  });
  var resizing;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      for (const chart of charts) chart.fitToWidth();
    }, RESIZE_PAUSE_MILLISECONDS);
  });
})();
