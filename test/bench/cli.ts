/** Every benchmark by the name that it is called with, loaded only when called. A new one is a file and a line. */
const benches: Readonly<Record<string, () => Promise<{ run(options: readonly string[]): Promise<void> }>>> = {
  'cold-start': () => import('./cold-start.ts'),
  evaluate: () => import('./evaluate.ts'),
  fit: () => import('./fit.ts'),
  hostile: () => import('./hostile.ts'),
  profiles: () => import('./profiles.ts'),
  score: () => import('./score.ts'),
  train: () => import('./train.ts'),
  tick: () => import('./tick.ts'),
  write: () => import('./write.ts'),
};

const [name = '', ...options] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  const known = Object.keys(benches).map((one) => `npm run bench -- ${one}`);
  process.stderr.write(`There is no benchmark "${name}". Run one of: ${known.join(', ')}\n`);
  process.exitCode = 1;
} else {
  await (await bench()).run(options);
}
