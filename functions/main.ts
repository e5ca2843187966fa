/** `npm run bundle [-- FOLDER]` builds the functions for Lambda, one folder each, into FOLDER (functions/dist). */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { bundleFunctions, bundlesFolder, functionNames } from './bundle.ts';

const outDir = resolve(process.argv[2] ?? bundlesFolder);
await bundleFunctions(outDir);
for (const name of functionNames) {
	const file = join(outDir, name, 'handler.mjs');
	const { size } = await stat(file);
	console.log(`${relative('', file)}  ${Math.round(size / 1024)} KiB`);
}
