import { WorldJudge } from './judge-world.ts';
const [first = '0', count = '20', ticks = '300'] = process.argv.slice(2);
const judge = new WorldJudge(Number(ticks));
for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1) {
  const { violations } = await judge.judge(seed);
  for (const v of violations) process.stdout.write(`${seed} ${v.invariant} ${v.count}: ${v.story}\n\n`);
}
