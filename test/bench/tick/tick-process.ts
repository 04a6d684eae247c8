import { measureTick } from './measure-tick.ts';
import { prepareStage } from './tick-stage.ts';

/** Its own process for each part, so that the peak of memory is that of the ticks alone. */
const [part, directory = '', settings = ''] = process.argv.slice(2);
if (part === 'prepare') await prepareStage(directory, JSON.parse(settings));
else process.stdout.write(JSON.stringify(await measureTick(directory, JSON.parse(settings))));
