import { benchFit } from './fit.ts';

/** Every benchmark by the name that it is called with: `npm run bench -- <name>`. A new one is a file and a line. */
const benches: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  fit: benchFit,
};

const [name = '', ...options] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(
    `There is no benchmark "${name}". Run one of: ${Object.keys(benches)
      .map((known) => `npm run bench -- ${known}`)
      .join(', ')}\n`,
  );
  process.exitCode = 1;
} else {
  await bench(options);
}
