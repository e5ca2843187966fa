/**
 * Basin's engines beside PyTorch, JAX and the bare matrix products: one process each, in turns, so that another load on the machine
 * meets all; medians over the rounds. Prints tables and writes bench/results/engine.json.
 * usage: npm run bench:engine -- [--peers DIR] [--python python3] [--rounds 9] [--minutes 9] [--network mlp|cnn] [--quick]
 * DIR holds torch_mlp.py and torch_cnn.py; they run as they are. --quick: one round without torch.compile and the CNN in wasm, two minutes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './engine/bars.ts';
import { listContenders } from './engine/contenders.ts';
import { networkNames } from './engine/networks.ts';
import { peerVersions, runProgram } from './engine/program-run.ts';
import { type Entry, summarise } from './engine/summary.ts';
import { printBars, printTables } from './engine/tables.ts';

const { values: options } = parseArgs({
	options: {
		peers: { type: 'string' },
		python: { type: 'string', default: 'python3' },
		rounds: { type: 'string', default: '9' },
		minutes: { type: 'string' },
		network: { type: 'string' },
		quick: { type: 'boolean', default: false },
	},
});
const rounds = options.quick ? 1 : Number(options.rounds);
const minutes = Number(options.minutes ?? (options.quick ? 2 : 9));
/** Then only the short programs go on, which are the ones that the bars hang on: their medians need more rounds. */
const turnsOfAll = 2;
const longRunSeconds = 20;
const versions = await peerVersions(options.python);
const load = [loadavg()[0]!];
const start = performance.now();
const elapsed = () => (performance.now() - start) / 1000;

sayWhatIsMissing();
const entries = listContenders({ python: options.python, folder: options.peers, versions, quick: options.quick })
	.filter(({ network }) => !options.network || network === options.network)
	.map((contender): Entry => ({ contender, runs: [] }));
for (let round = 0; round < rounds; round++) {
	for (const entry of entries) await take(entry, round);
}
const without = entries.filter(({ runs }) => runs.length === 0);
if (without.length > 0) {
	const names = without.map(({ contender }) => `${contender.label} (${contender.network})`);
	console.log(`The ${minutes} minutes were up before ${names.join(', ')}.`);
}
load.push(loadavg()[0]!);

const rows = { mlp: summarise('mlp', entries), cnn: summarise('cnn', entries) };
const bars = judge(rows);
const devices = entries.flatMap(({ runs }) => runs[0]?.device ?? []);
const machine = {
	processor: cpus()[0]?.model.trim(),
	cores: availableParallelism(),
	memoryGiB: Math.round(totalmem() / 2 ** 30),
	platform: `${process.platform} ${process.arch}`,
	loadBefore: load[0],
	loadAfter: load[1],
};
console.log(
	`\n${machine.processor}, ${machine.cores} cores, load ${load.map((value) => value.toFixed(1)).join(' to ')}`,
);
for (const network of networkNames) printTables(network, rows[network]);
printBars(bars);

const runs = entries.map(({ contender, runs }) => ({
	network: contender.network,
	label: contender.label,
	timings: runs.map(({ timings }) => timings),
}));
const results = join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
const record = {
	date: new Date().toISOString(),
	seconds: Math.round(elapsed()),
	machine,
	versions,
	devices,
	bars,
	rows,
	runs,
};
await writeFile(join(results, 'engine.json'), `${JSON.stringify(record, null, '\t')}\n`);

/** One run, unless it would end after the minutes that were given, or is a long one that has had its turns. */
async function take({ contender, runs }: Entry, round: number): Promise<void> {
	const secondsLeft = minutes * 60 - elapsed();
	const lastSeconds = runs.at(-1)?.seconds ?? 0;
	if (secondsLeft <= lastSeconds || (round >= turnsOfAll && lastSeconds > longRunSeconds)) return;
	const run = await runProgram(contender, secondsLeft);
	runs.push(run);
	console.log(
		`${elapsed().toFixed(0).padStart(4)} s  round ${round + 1}  ${contender.network}  ${contender.label.padEnd(12)} ${run.seconds.toFixed(1)} s`,
	);
}

function sayWhatIsMissing(): void {
	const missing = (['torch', 'jax'] as const).filter((name) => !versions[name]);
	if (missing.length > 0) {
		console.log(
			`${options.python} has no ${missing.join(' and no ')}, so that is left out. To have both:\n` +
				'  python3 -m venv ~/.basin-peers && ~/.basin-peers/bin/pip install torch jax\n' +
				'and then --python ~/.basin-peers/bin/python',
		);
	}
	if (!options.peers) console.log('PyTorch is left out: --peers DIR says where torch_mlp.py and torch_cnn.py lie.');
}
