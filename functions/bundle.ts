import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrationsFolder } from '@basin/db/migrate.ts';
import { build, type Plugin } from 'esbuild';

export const functionNames = ['api', 'tick', 'dead-letter', 'migrate'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Where `npm run bundle` puts them. */
export const bundlesFolder = fileURLToPath(new URL('./dist', import.meta.url));

const sourceOf = (name: FunctionName) => fileURLToPath(new URL(`./${name}/handler.ts`, import.meta.url));

/**
 * Builds every function into a folder of its own, `<outDir>/<name>`, which is what Lambda is given: `handler.mjs` exports `handler`, and
 * beside it lies what that reads. Source maps go to `<outDir>/source-maps/<name>`. What was in `outDir` is deleted.
 */
export async function bundleFunctions(outDir: string): Promise<void> {
	await rm(outDir, { recursive: true, force: true });
	await Promise.all(functionNames.map((name) => bundleFunction(name, outDir)));
}

/**
 * Builds one function into `<outDir>/<name>`. The AWS SDK goes in too: the runtime's own is of no known version, and is read file by file.
 */
export async function bundleFunction(name: FunctionName, outDir: string): Promise<void> {
	const threads: string[] = [];
	await bundleModule({ source: sourceOf(name), place: join(name, 'handler.mjs'), outDir, threads });
	for (const source of threads)
		await bundleModule({ source, place: join(name, bundledName(source)), outDir, threads: [] });
	if (name === 'migrate') await cp(migrationsFolder, join(outDir, name, 'migrations'), { recursive: true });
	if (name === 'api') await copyExplorer(join(outDir, name));
}

/** @param module.threads takes the files that the module starts as threads */
async function bundleModule(module: { source: string; place: string; outDir: string; threads: string[] }) {
	const { source, place, outDir, threads } = module;
	const outfile = join(outDir, place);
	const { outputFiles } = await build({
		entryPoints: [source],
		// What is imported only when asked for (Parquet, ways to find credentials) lies in files of its own beside it.
		splitting: true,
		outdir: dirname(outfile),
		outExtension: { '.js': '.mjs' },
		bundle: true,
		write: false,
		platform: 'node',
		target: 'node22',
		format: 'esm',
		// ECMAScript modules where a package has both kinds: only of these is left out what nobody uses.
		mainFields: ['module', 'main'],
		minify: true,
		sourcemap: 'external',
		sourcesContent: false,
		legalComments: 'none',
		logLevel: 'warning',
		plugins: [threadFiles(threads), englishOnly],
	});
	for (const { path, contents } of outputFiles) {
		const file = path.endsWith('.map') ? join(outDir, 'source-maps', relative(outDir, path)) : path;
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, contents);
	}
}

const bundledName = (source: string) => basename(source).replace(/\.ts$/, '.mjs');

/** A thread's file is named by a URL relative to its module, which no bundler follows: `new URL('./x.ts', import.meta.url)`. */
const threadFiles = (threads: string[]): Plugin => ({
	name: 'thread-files',
	setup({ onLoad }) {
		onLoad({ filter: /\/(apps\/api|db|functions)\/.*\.ts$/ }, async ({ path }) => {
			const source = await readFile(path, 'utf8');
			const contents = source.replace(/new URL\('(\.\/[\w-]+\.ts)', import\.meta\.url\)/g, (_, file: string) => {
				threads.push(join(dirname(path), file));
				return `new URL('./${bundledName(file)}', import.meta.url)`;
			});
			return { contents, loader: 'ts' };
		});
	},
});

/** Zod's sentences in fifty languages are half of a function; Basin speaks one. */
const englishOnly: Plugin = {
	name: 'english-only',
	setup({ onLoad }) {
		onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
			contents: "export { default as en } from './en.js';",
		}));
	},
};

/** The API serves the explorer's files from their package, which is looked up from the module's place. */
async function copyExplorer(folder: string): Promise<void> {
	const from = dirname(
		createRequire(import.meta.resolve('@basin/api/docs.ts')).resolve('swagger-ui-dist/package.json'),
	);
	const to = join(folder, 'node_modules', 'swagger-ui-dist');
	for (const file of ['package.json', 'swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE'])
		await cp(join(from, file), join(to, file));
}
