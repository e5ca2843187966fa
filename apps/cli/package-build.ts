/**
 * `npm run packages` makes what is published, `@basin/client` in apps/client/dist and `basin` in apps/cli/dist, each a folder for
 * `npm pack` or `npm publish`.
 */
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildClientPackage, bundle, writeManifest } from '@basin/client/package-build.ts';
import workspace from './package.json' with { type: 'json' };

const here = fileURLToPath(new URL('.', import.meta.url));

/** What an ECMAScript module lacks and CommonJS packages inside it ask for. */
const withRequire = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Makes the folder that is published as `basin`: the command as one file without dependencies, and the launcher that tells an old
 * Node. The engine and the embedded stack are not in it: `basin start`, `reproduce` and `lab` say where they are.
 */
export async function buildCliPackage(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(join(folder, 'bin'), { recursive: true });
	await bundle({
		entryPoints: [join(here, 'main.ts')],
		outfile: join(folder, 'main.js'),
		platform: 'node',
		target: 'node22',
		external: ['@basin/gpu-worker/*', '@basin/lab/*'],
		banner: { js: withRequire },
		legalComments: 'none',
		minifySyntax: true,
		minifyWhitespace: true,
	});
	const launcher = await readFile(join(here, 'bin/basin.mjs'), 'utf8');
	await writeFile(join(folder, 'bin/basin.mjs'), launcher.replace("import('../main.ts')", "import('../main.js')"));
	await chmod(join(folder, 'bin/basin.mjs'), 0o755);
	await writeManifest(folder, {
		name: 'basin',
		version: workspace.version,
		description: workspace.description,
		license: workspace.license,
		type: 'module',
		bin: { basin: 'bin/basin.mjs' },
		engines: { node: '>=22.18' },
	});
	await copyFile(join(here, 'README.md'), join(folder, 'README.md'));
}

if (import.meta.main) {
	const folders = { basin: join(here, 'dist'), '@basin/client': join(here, '../client/dist') };
	await buildCliPackage(folders.basin);
	await buildClientPackage(folders['@basin/client']);
	for (const [name, folder] of Object.entries(folders))
		console.log(`${name} lies in ${folder}: npm publish it from there.`);
}
