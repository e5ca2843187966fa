/** `npm run chaos -- [--minutes 10] [--seed N]`: a long run; ends with 1 when a promise was broken. */
import { parseArgs } from 'node:util';
import { describeReport, runChaos } from './chaos.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 10);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(minutes > 0) || !Number.isInteger(seed)) {
	console.error('usage: npm run chaos -- [--minutes NUMBER] [--seed WHOLE NUMBER]');
	process.exit(2);
}
console.log(`chaos: ${minutes} minutes, seed ${seed}`);
const report = await runChaos({ seconds: minutes * 60, seed });
console.log(describeReport(report));
process.exit(report.checked.violations.length === 0 ? 0 : 1);
