/** Runs in the reader's browser: draws every chart of the page with uPlot, and again when width or colours change. */
export const chartScript = `
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const days = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
  const two = (number) => String(number).padStart(2, '0');
  const xText = {
    time: undefined,
    'hour-of-day': (seconds) => two(Math.floor(seconds / 3600)) + ':' + two(Math.round((seconds % 3600) / 60)),
    'day-of-week': (seconds) => days[Math.floor(seconds / 86400) % 7] + ' ' + two(Math.floor((seconds % 86400) / 3600)) + ':00',
    number: (value) => String(value),
  };
  const spaces = { 'hour-of-day': [3600, 7200, 10800, 21600], 'day-of-week': [86400], number: undefined, time: undefined };
  const marksPlugin = (marks) => ({
    hooks: {
      draw: (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = colour('mark');
        ctx.setLineDash([4, 4]);
        ctx.font = 11 * devicePixelRatio + 'px system-ui, sans-serif';
        for (const { x, label } of marks) {
          const at = plot.valToPos(x, 'x', true);
          if (at < bbox.left || at > bbox.left + bbox.width) continue;
          ctx.beginPath();
          ctx.moveTo(at, bbox.top);
          ctx.lineTo(at, bbox.top + bbox.height);
          ctx.stroke();
          ctx.fillText(label, at + 4, bbox.top + 12 * devicePixelRatio);
        }
        ctx.restore();
      },
    },
  });
  const draw = (place, chart) => {
    const text = xText[chart.xKind];
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('rule'), width: 1 }, ticks: { stroke: colour('rule') } };
    const xAxis = { ...axis };
    if (text) xAxis.values = (_, splits) => splits.map(text);
    if (spaces[chart.xKind]) xAxis.incrs = spaces[chart.xKind];
    const options = {
      width: place.clientWidth || 800,
      height: 260,
      padding: [null, 40, null, null],
      // Everything that Tidemark tells is in UTC, wherever the reader sits.
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: { x: { time: chart.xKind === 'time' } },
      axes: [xAxis, { ...axis, size: 70 }],
      series: [
        text ? { label: 'at', value: (_, value) => (value == null ? '' : text(value)) } : {},
        ...chart.lines.map(({ label, role }) => ({
          label,
          stroke: colour(role),
          width: role === 'edge' ? 1 : 1.5,
          points: { show: false },
          value: (_, value) => (value == null ? '' : Number(value.toPrecision(5)).toString()),
        })),
      ],
      bands: chart.band ? [{ series: [chart.band[0] + 1, chart.band[1] + 1], fill: colour('band') }] : [],
      plugins: chart.marks ? [marksPlugin(chart.marks)] : [],
    };
    return new uPlot(options, [chart.x, ...chart.lines.map(({ values }) => values)], place);
  };
  const charts = [...document.querySelectorAll('.chart')].map((place) => ({
    place,
    chart: JSON.parse(place.parentElement.querySelector('script').textContent),
  }));
  let plots = [];
  const drawAll = () => {
    for (const plot of plots) plot.destroy();
    plots = charts.map(({ place, chart }) => draw(place, chart));
  };
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  addEventListener('resize', () => plots.forEach((plot, index) => plot.setSize({ width: charts[index].place.clientWidth, height: 260 })));
})();
`;
