import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import workspace from './package.json' with { type: 'json' };

const here = fileURLToPath(new URL('.', import.meta.url));
const repository = join(here, '../..');

/**
 * Makes the folder that is published as `@basin/client`: one JavaScript file, types, README. zod stays a dependency, since the
 * types are made of it; Node refuses to strip types inside node_modules, so the sources themselves cannot be published.
 */
export async function buildClientPackage(folder: string): Promise<void> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	await bundle({ entryPoints: [join(here, 'client.ts')], outfile: join(folder, 'client.js'), external: ['zod'] });
	await writeTypes(join(folder, 'types'));
	await writeManifest(folder, {
		...{ name: workspace.name, version: workspace.version, description: workspace.description },
		license: workspace.license,
		type: 'module',
		sideEffects: false,
		exports: { '.': { types: './types/apps/client/client.d.ts', default: './client.js' } },
		dependencies: { zod: workspace.dependencies.zod },
	});
	await copyFile(join(here, 'README.md'), join(folder, 'README.md'));
}

/** esbuild, for what runs anywhere; `more` says where else. */
export async function bundle(more: BuildOptions): Promise<void> {
	await build({
		bundle: true,
		format: 'esm',
		platform: 'neutral',
		mainFields: ['module', 'main'],
		target: 'es2022',
		plugins: [englishOnly],
		...more,
	});
}

/** zod brings its messages in forty languages, half a megabyte. */
const englishOnly: Plugin = {
	name: 'english-only',
	setup({ onLoad }) {
		onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
			contents: "export { default as en } from './en.js';",
		}));
	},
};

export async function writeManifest(folder: string, manifest: object): Promise<void> {
	await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Declarations of the client and of the contracts that they name, by the paths that these have in the repository. */
async function writeTypes(outDir: string): Promise<void> {
	const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
	const project = join(repository, 'tsconfig.json');
	const options = [
		'--declaration',
		'--emitDeclarationOnly',
		'--noEmit',
		'false',
		'--outDir',
		outDir,
		'--rootDir',
		repository,
	];
	// By name: what is reached through node_modules gets no declarations.
	const contracts = [join(repository, 'core/contracts/*.ts')];
	const config = join(outDir, 'tsconfig.json');
	await mkdir(outDir, { recursive: true });
	await writeFile(
		config,
		JSON.stringify({
			extends: project,
			compilerOptions: { types: [] },
			files: [join(here, 'client.ts')],
			include: contracts,
			exclude: [join(repository, 'core/contracts/*.test.ts')],
		}),
	);
	const child = spawn(process.execPath, [tsc, '-p', config, ...options], {
		stdio: ['ignore', 'inherit', 'inherit'],
		cwd: repository,
	});
	const [code] = await once(child, 'exit');
	await rm(config);
	if (code !== 0) throw new Error(`The declarations of the client could not be made: tsc ended with ${code}.`);
	for (const name of await readdir(outDir, { recursive: true })) {
		const path = join(outDir, name);
		if (path.endsWith('.d.ts'))
			await writeFile(path, withPublishedImports(await readFile(path, 'utf8'), dirname(path), outDir));
	}
}

/** `@basin/core/contracts/api.ts` and `./errors.ts`, as what lies beside: `../../core/contracts/api.js`, `./errors.js`. */
function withPublishedImports(text: string, folder: string, outDir: string): string {
	const toCore = relative(folder, join(outDir, 'core')).replaceAll('\\', '/');
	return text
		.replace(/(["'])@basin\/core\//g, (_, quote) => `${quote}${toCore.startsWith('.') ? toCore : `./${toCore}`}/`)
		.replace(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, '$1$2.js$1');
}
