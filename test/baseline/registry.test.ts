import { baselineModels } from '../../lib/baseline/registry.ts';
import { describeBaselineModel } from './conformance.ts';

describeBaselineModel('prophet', baselineModels.prophet);
describeBaselineModel('seasonal-naive', baselineModels['seasonal-naive']);
