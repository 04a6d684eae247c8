/** The chart library, which the page loads before our scripts. */
declare const uPlot: typeof import('uplot');
