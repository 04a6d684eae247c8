import { detectors } from '../../lib/detector/registry.ts';
import { describeConformance } from './conformance.ts';

for (const detector of Object.values(detectors)) describeConformance(detector);
