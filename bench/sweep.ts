/**
 * Wall clock of a sweep of 24 configurations × 3 epochs on MNIST, from submit to a complete leaderboard, on the whole embedded
 * stack (fsync on), beside what a Python user would write: Optuna's grid over PyTorch, one process per core.
 * usage: node bench/sweep.ts [--repeats 3] [--peers DIR [--python python3]]
 * The stack is started once and answers one small sweep first, as a server that is up; each repeat of the peer starts its
 * processes anew, as a script is run, and its own figure counts from after its imports. Writes bench/results/sweep.json.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createClient } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { mnistFolder } from '@basin/gpu-worker/datasets/mnist.ts';
import { killStack, startStack, temporaryHome } from '../tests/support/stack.ts';
import { waitFor } from '../tests/support/wait.ts';

/** The same grid, split and network as the peer's `optuna_grid.py`. */
const spec: SweepSpecInput = {
	name: 'bench',
	dataset: { name: 'mnist', validation: 10_000 },
	model: { preset: 'mlp', hidden: [128] },
	grid: { batchSize: [32, 100, 1000, 10_000], eta: [0.01, 0.05, 0.1], lambda: [0, 0.9] },
	epochs: 3,
};

/** Each look takes processor time from the training that it waits for, and costs Basin half of this on average. */
const pollMs = 250;

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Seconds from the POST until the leaderboard holds all 24 configurations. */
async function basinSeconds(baseUrl: string, sweepSpec: SweepSpecInput, configurations: number): Promise<number> {
	const client = createClient({ baseUrl });
	const start = performance.now();
	const { id } = await client.createSweep(sweepSpec);
	const isComplete = async () => (await client.leaderboard(id, { limit: 100 })).items.length === configurations;
	await waitFor('the leaderboard to be complete', 600_000, isComplete, pollMs);
	return (performance.now() - start) / 1000;
}

/** The peer's own wall clock, the slowest of its processes, and how many trials they ran together. */
async function peerSeconds(python: string, peers: string): Promise<{ seconds: number; trials: number }> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-bench-'));
	const study = join(folder, 'study.db');
	// Its processes fail when two of them make the tables at once, so they find them made; not timed.
	const prepare = `import optuna; optuna.create_study(study_name='grid', storage='sqlite:///${study}', direction='maximize')`;
	try {
		execFileSync(python, ['-c', prepare], { stdio: ['ignore', 'ignore', 'ignore'] });
		const run = () =>
			new Promise<string>((resolve, reject) => {
				const child = spawn(python, [join(peers, 'optuna_grid.py'), mnistFolder(), study], {
					env: { ...process.env, OMP_NUM_THREADS: '1' },
					stdio: ['ignore', 'pipe', 'inherit'],
				});
				let text = '';
				child.stdout.on('data', (chunk) => (text += chunk));
				child.on('error', reject);
				child.on('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`the peer ended with ${code}`))));
			});
		const outputs = await Promise.all(Array.from({ length: availableParallelism() }, run));
		const read = (name: string) => outputs.map((text) => Number(new RegExp(`${name}=([\\d.]+)`).exec(text)?.[1]));
		return { seconds: Math.max(...read('wall_s')), trials: Math.max(...read('trials')) };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			repeats: { type: 'string', default: '3' },
			peers: { type: 'string' },
			python: { type: 'string', default: 'python3' },
		},
	});
	const temporary = await temporaryHome();
	const stack = await startStack(temporary.home);
	const basin: number[] = [];
	const peer: { seconds: number; trials: number }[] = [];
	try {
		await basinSeconds(stack.baseUrl, { ...spec, grid: { batchSize: [1000, 2000] }, epochs: 1 }, 2);
		// Alternating, so that whatever else the machine does meets both.
		for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
			basin.push(await basinSeconds(stack.baseUrl, spec, 24));
			console.log(`basin            ${basin.at(-1)?.toFixed(1)} s`);
			if (!values.peers) continue;
			peer.push(await peerSeconds(values.python, values.peers));
			console.log(`optuna + pytorch ${peer.at(-1)?.seconds.toFixed(1)} s, ${peer.at(-1)?.trials} trials`);
		}
	} finally {
		await killStack(stack);
		await temporary.remove();
	}
	const result = {
		date: new Date().toISOString(),
		processor: cpus()[0]?.model,
		cores: availableParallelism(),
		loadAverage: loadavg()[0],
		readySeconds: stack.readySeconds,
		basin: { seconds: basin, median: median(basin) },
		...(peer.length > 0 && {
			optunaPytorch: { runs: peer, median: median(peer.map(({ seconds }) => seconds)) },
			ratio: median(peer.map(({ seconds }) => seconds)) / median(basin),
		}),
	};
	console.log(
		`\nbasin ${result.basin.median.toFixed(1)} s${result.ratio ? `, optuna + pytorch ${result.optunaPytorch?.median.toFixed(1)} s: ${result.ratio.toFixed(1)}×` : ''}`,
	);
	await mkdir(new URL('results/', import.meta.url), { recursive: true });
	await writeFile(new URL('results/sweep.json', import.meta.url), `${JSON.stringify(result, null, '\t')}\n`);
}

await main();
