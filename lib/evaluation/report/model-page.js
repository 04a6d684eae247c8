// Made by npm run report-scripts from the files in browser/.
"use strict";
(() => {
  // lib/evaluation/report/browser/color.ts
  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  // lib/evaluation/report/browser/texts.ts
  function twoDigits(number) {
    return String(number).padStart(2, "0");
  }

  // lib/evaluation/report/browser/model-page.ts
  var HEIGHT_PIXELS = 260;
  var DEFAULT_WIDTH_PIXELS = 800;
  var WEEKDAYS = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
  var axisTexts = {
    time: void 0,
    "hour-of-day": (seconds) => `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.round(seconds % 3600 / 60))}`,
    "day-of-week": (seconds) => `${WEEKDAYS[Math.floor(seconds / 86400) % 7]} ${twoDigits(Math.floor(seconds % 86400 / 3600))}:00`,
    number: String
  };
  var axisSpaces = {
    "hour-of-day": [3600, 7200, 10800, 21600],
    "day-of-week": [86400]
  };
  function drawMarks({ ctx, bbox, valToPos }, marks) {
    ctx.save();
    ctx.strokeStyle = color("mark");
    ctx.fillStyle = color("mark");
    ctx.setLineDash([4, 4]);
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    for (const { x, label } of marks) {
      const at = valToPos(x, "x", true);
      if (at < bbox.left || at > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillText(label, at + 4, bbox.top + 12 * devicePixelRatio);
    }
    ctx.restore();
  }
  function optionsOf({ xKind, lines, band, marks = [] }, width) {
    const text = axisTexts[xKind];
    const incrs = axisSpaces[xKind];
    const axis = {
      stroke: color("quiet"),
      grid: { stroke: color("rule"), width: 1 },
      ticks: { stroke: color("rule") }
    };
    const xAxis = {
      ...axis,
      ...text === void 0 ? {} : { values: (_, splits) => splits.map(text) },
      ...incrs === void 0 ? {} : { incrs }
    };
    const shown = (value, write) => value === null || value === void 0 ? "" : write(value);
    return {
      width,
      height: HEIGHT_PIXELS,
      padding: [null, 40, null, null],
      // All times are in UTC, wherever the reader is.
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      scales: { x: { time: xKind === "time" } },
      axes: [xAxis, { ...axis, size: 70 }],
      series: [
        text === void 0 ? {} : { label: "at", value: (_, value) => shown(value, text) },
        ...lines.map(({ label, role }) => ({
          label,
          stroke: color(role),
          width: role === "edge" ? 1 : 1.5,
          points: { show: false },
          value: (_, value) => shown(value, (one) => String(Number(one.toPrecision(5))))
        }))
      ],
      bands: band === void 0 ? [] : [{ series: [band[0] + 1, band[1] + 1], fill: color("band") }],
      hooks: { draw: [(plot) => drawMarks(plot, marks)] }
    };
  }
  var charts = [...document.querySelectorAll(".chart")].map((place) => {
    const chart = JSON.parse(place.parentElement?.querySelector("script")?.textContent ?? "");
    return { place, chart };
  });
  var plots = [];
  function drawAll() {
    for (const plot of plots) plot.destroy();
    plots = charts.map(({ place, chart }) => {
      const options = optionsOf(chart, place.clientWidth || DEFAULT_WIDTH_PIXELS);
      return new uPlot(options, [chart.x, ...chart.lines.map(({ values }) => values)], place);
    });
  }
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("resize", () => {
    for (const [index, plot] of plots.entries())
      plot.setSize({ width: charts[index]?.place.clientWidth ?? DEFAULT_WIDTH_PIXELS, height: HEIGHT_PIXELS });
  });
})();
