import { measureTick } from './measure-tick.ts';
import { prepareStage } from './tick-stage.ts';

/** Its own process for each part, so that the peak of memory is that of the ticks alone. */
const [part, directory = '', series = ''] = process.argv.slice(2);
if (part === 'prepare') await prepareStage(directory, Number(series));
else process.stdout.write(JSON.stringify(await measureTick(directory, Number(series))));
