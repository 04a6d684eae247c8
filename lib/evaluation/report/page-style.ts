/**
 * The style of every report. Charts read their colours from here, so that both follow light and dark mode.
 */
export const pageStyle = `
:root {
  --paper: #ffffff; --ink: #1d2733; --quiet: #5d6b7a; --rule: #dfe5eb;
  --actual: #1d2733; --expected: #1f6feb; --edge: #1f6feb55; --band: #1f6feb22; --mark: #b3541e;
  --first: #1f6feb; --second: #b3541e; --third: #2b8a3e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12171d; --ink: #e4eaf0; --quiet: #9aa8b6; --rule: #2a333d;
    --actual: #e4eaf0; --expected: #6cb0ff; --edge: #6cb0ff55; --band: #6cb0ff2b; --mark: #f0a470;
    --first: #6cb0ff; --second: #f0a470; --third: #77d18a;
  }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0; }
figure { margin: 2rem 0; }
figcaption { color: var(--quiet); margin-bottom: 0.5rem; }
.chart { width: 100%; min-height: 260px; }
main > table { border-collapse: collapse; }
main > table th, main > table td { text-align: left; vertical-align: top; padding: 0.2rem 1.2rem 0.2rem 0; border-bottom: 1px solid var(--rule); }
main > table th { font-weight: 500; color: var(--quiet); white-space: nowrap; }
.u-legend { color: var(--ink); font-size: 13px; }
@media print { figure { break-inside: avoid; } }
`;
