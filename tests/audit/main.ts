/**
 * `npm run audit`: no package of the lockfile may have an advisory of high or critical severity. Where the registry has no
 * advisories to ask for, it says so and ends well.
 */
import { execFile } from 'node:child_process';
import process from 'node:process';

type Report = {
	metadata?: { vulnerabilities: Record<'high' | 'critical', number> };
	vulnerabilities?: Record<string, { severity: string; range: string }>;
};

const text = await new Promise<string>((resolve) => {
	execFile('npm', ['audit', '--json'], { maxBuffer: 64 * 1024 * 1024 }, (_, stdout) => resolve(stdout));
});
const { metadata, vulnerabilities = {} } = JSON.parse(text || '{}') as Report;
if (metadata === undefined) {
	console.log('Audit: skipped, since the registry does not answer about advisories.');
} else {
	const grave = Object.entries(vulnerabilities).filter(([, { severity }]) => /high|critical/.test(severity));
	for (const [name, { severity, range }] of grave) console.log(`  ${severity.padEnd(8)} ${name} ${range}`);
	console.log(`Audit: ${grave.length} packages with an advisory of high or critical severity.`);
	process.exitCode = grave.length === 0 ? 0 : 1;
}
