#!/usr/bin/env node
// Plain JavaScript that any Node parses: an old one would only say "Unknown file extension .ts".
const required = [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
	console.error(
		`Basin needs Node ${required.join('.')} or newer, and this is Node ${process.versions.node}: use \`npm start\`, which brings its own.`,
	);
	process.exit(1);
}
// The lock uses node:sqlite, which Node 22 announces as experimental at every start.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
	if (warning.name !== 'ExperimentalWarning') console.error(String(warning));
});
await import('../main.ts');
