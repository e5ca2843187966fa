#!/usr/bin/env node
// Runs on any Node, so that an old one gets a sentence instead of a syntax error: no newer syntax here.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const neededMajor = 22;
const neededMinor = 18;

function isNewEnough(version) {
	const parts = version.split('.').map(Number);
	return parts[0] > neededMajor || (parts[0] === neededMajor && parts[1] >= neededMinor);
}

/** The Node that `npm install` put into this checkout (the npm package `node`), or undefined. */
function findPinnedNode() {
	let folder = dirname(fileURLToPath(import.meta.url));
	for (;;) {
		const executable = join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
		if (existsSync(executable)) {
			const described = JSON.parse(readFileSync(join(folder, 'node_modules', 'node', 'package.json'), 'utf8'));
			if (isNewEnough(described.version)) return executable;
		}
		const parent = dirname(folder);
		if (parent === folder) return undefined;
		folder = parent;
	}
}

function runWith(executable) {
	const child = spawn(executable, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: 'inherit' });
	// Ctrl-C reaches the child from the terminal; this process only waits for what it makes of it.
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	child.on('error', (error) => {
		console.error(`error: ${executable} could not be started: ${error.message}`);
		process.exitCode = 1;
	});
	child.on('exit', (code, signal) => {
		process.exitCode = signal === null ? code : 1;
	});
}

if (isNewEnough(process.versions.node)) {
	import('../main.ts');
} else {
	const pinned = findPinnedNode();
	if (pinned !== undefined) runWith(pinned);
	else {
		console.error(
			`basin needs Node ${neededMajor}.${neededMinor} or newer and this is ${process.versions.node}: run "npm install" in the Basin checkout, which brings its own, or install a newer Node.`,
		);
		process.exitCode = 4;
	}
}
