/**
 * `npm run guards [-- PART OF A NAME]`: removes each guard in turn, in a copy, and runs the tests that must notice. Ends with 1
 * when a guard can be removed unnoticed, or is no longer where the list says.
 */
import process from 'node:process';
import { startPostgres } from '../support/postgres.ts';
import { guards } from './guards.ts';
import { copySources } from './mutant.ts';

const part = process.argv[2] ?? '';
const chosen = guards.filter(({ name }) => name.includes(part));
const postgres = await startPostgres();
const copy = await copySources(postgres.url);
let survivors = 0;
try {
	for (const file of new Set(chosen.map(({ killedBy }) => killedBy))) {
		if (!(await copy.passes(file))) throw new Error(`${file} is red before anything is removed.`);
	}
	for (const guard of chosen) {
		const killed = await copy.kills(guard);
		if (!killed) survivors++;
		console.log(`${killed ? 'killed  ' : 'SURVIVED'}  ${guard.name.padEnd(60)}  ${guard.killedBy}`);
	}
	console.log(`${chosen.length - survivors} of ${chosen.length} removals turned a test red`);
} finally {
	await copy.remove();
	await postgres.stop();
}
process.exit(survivors === 0 ? 0 : 1);
