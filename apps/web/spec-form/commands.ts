import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';

/** The spec with short arrays on one line, as a person would write it. */
export function specText(spec: SweepSpecInput): string {
	return JSON.stringify(spec, null, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, inner: string) => {
		const items = inner.split(/,\n\s+/).join(', ');
		return `[${items}]`;
	});
}

/** A `curl` that submits the spec to the API at `origin`; for a POSIX shell. */
export function curlCommand(spec: SweepSpecInput, origin: string): string {
	return [
		`curl -sS ${origin}/v1/sweeps \\`,
		`  -H 'content-type: application/json' \\`,
		`  -d ${shellQuote(specText(spec))}`,
	].join('\n');
}

/** The same with the command line, by way of a file that can be kept. */
export function cliCommand(spec: SweepSpecInput, origin: string): string {
	return [
		`printf '%s\\n' ${shellQuote(specText(spec))} > sweep.json`,
		`BASIN_URL=${origin} npx basin submit sweep.json --watch`,
	].join('\n');
}

/** Trains a recorded trial again, from the repository. */
export function reproduceCommand(trialId: string, origin: string): string {
	return `BASIN_URL=${origin} npx basin reproduce ${trialId}`;
}

function shellQuote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
