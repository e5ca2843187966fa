/**
 * `node apps/action/bundle.ts --write | --check` makes `bundle/main.mjs`, what action.yml runs, or fails when it is not what
 * the code makes. It is checked in since GitHub runs an action from its repository as it is, without `npm install`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

export const bundlePath = fileURLToPath(new URL('./bundle/main.mjs', import.meta.url));

/** Zod's sentences in fifty languages would be half of it. */
const englishOnly: Plugin = {
	name: 'english-only',
	setup({ onLoad }) {
		onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
			contents: "export { default as en } from './en.js';",
		}));
	},
};

/** For Node 20, the oldest that GitHub's runners have. */
export async function makeBundle(): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
		bundle: true,
		write: false,
		platform: 'node',
		target: 'node20',
		format: 'esm',
		mainFields: ['module', 'main'],
		minify: true,
		legalComments: 'none',
		// The YAML parser is CommonJS and asks for `process`.
		banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
		logLevel: 'warning',
		plugins: [englishOnly],
	});
	return outputFiles[0]!.text;
}

async function main(mode: string | undefined): Promise<number> {
	if (mode !== '--write' && mode !== '--check') {
		console.error('usage: bundle.ts --write | --check');
		return 2;
	}
	const made = await makeBundle();
	if (mode === '--write') {
		await mkdir(dirname(bundlePath), { recursive: true });
		await writeFile(bundlePath, made);
		return 0;
	}
	if ((await readFile(bundlePath, 'utf8').catch(() => '')) === made) return 0;
	console.error('apps/action/bundle/main.mjs is not current: run "node apps/action/bundle.ts --write".');
	return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv[2]);
