import { synthesize } from '../testing/synthesize.ts';

/** Made once: to load CDK and check a stack takes seconds. */
export const prod = synthesize('prod', { alarmEmail: 'owner@example.com' });
export const dev = synthesize('dev', { retainData: false, maxGpus: 0 });
