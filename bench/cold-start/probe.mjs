/** Loads one function's module and says how long that took, from the beginning of this process. JavaScript, as nothing is stripped on Lambda. */
import process from 'node:process';

globalThis.awslambda = { streamifyResponse: (handler) => handler };
const before = performance.now();
await import(process.argv[2]);
const { user, system } = process.cpuUsage();
const initMs = performance.now();
console.log(JSON.stringify({ initMs, loadMs: initMs - before, cpuMs: (user + system) / 1000 }));
process.exit(0);
