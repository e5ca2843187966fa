import { relative } from 'node:path';
import type { Device } from '@basin/core/contracts/device.ts';
import type { Stack } from './stack.ts';

const defaultPort = '8787';

/** What a person wants to know once everything answers. */
export function describeStart({ url, home, workers, processor }: Stack): string {
	const at = new URL(url).port === defaultPort ? '' : ` --url ${url}`;
	return [
		`Basin listens on ${url}  (web app; the API is explained at ${url}/docs)`,
		`  data     ${relative(process.cwd(), home.path) || home.path}`,
		`  workers  ${workers} on ${processor}`,
		'Try:',
		`  curl -s ${url}/v1/sweeps -H 'content-type: application/json' -d @examples/quickstart.json`,
		`  npx basin submit examples/quickstart.json --watch${at}`,
		'Ctrl-C stops everything; `npm start` carries on where it stopped.',
	].join('\n');
}

export function describeDevice({ engine, provider, label }: Device): string {
	return `Ready to train: engine ${engine} (${provider}) on ${label}.`;
}
