import { readFileSync, writeFileSync } from 'node:fs';
import { openDatabase } from '@basin/db/client.ts';
import { createApp } from './app.ts';
import { openApiDocument } from './openapi-document.ts';

/** `node apps/api/openapi.ts --write` writes the description that is checked in; `--check` fails when it is out of date. */
const file = new URL('./openapi.json', import.meta.url);
const [mode] = process.argv.slice(2);

if (mode === '--write') {
	writeFileSync(file, describe());
} else if (mode === '--check') {
	if (readFileSync(file, 'utf8') !== describe()) {
		console.error('apps/api/openapi.json is out of date: run `node apps/api/openapi.ts --write`.');
		process.exitCode = 1;
	}
} else {
	console.error('Usage: node apps/api/openapi.ts --check|--write');
	process.exitCode = 2;
}

/** The routes are described without being called, so nothing here connects to anything. */
function describe(): string {
	const notCalled = () => Promise.reject(new Error('not called'));
	const silent = { info() {}, warn() {}, error() {} };
	const db = openDatabase('postgres://127.0.0.1/never_connected');
	const datasets = { presignPut: notCalled, read: notCalled, write: notCalled };
	const store = { presign: notCalled, datasets, deleteObjects: notCalled };
	const app = createApp({ db, log: silent, ...store, ready: notCalled, access: { open: true } });
	return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}
