import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Device } from '@basin/core/contracts/device.ts';
import type { Contender, Peers } from './contenders.ts';

/** One line of a program. */
export interface Timing {
	batchSize: number;
	msPerUpdate: number;
	/** Processor seconds a second of the clock. */
	cores: number;
}

export interface ProgramRun {
	timings: Timing[];
	/** Of Basin's own engines. */
	device?: Device;
	seconds: number;
}

/**
 * Runs a program to its end, or until it has had its seconds: the lines that it has printed by then count.
 * @throws when it fails, with the last line that it wrote
 */
export async function runProgram(contender: Contender, secondsLeft: number): Promise<ProgramRun> {
	const start = performance.now();
	const child = spawn(contender.command, contender.arguments, {
		env: environment(),
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: Math.ceil(secondsLeft * 1000),
		killSignal: 'SIGKILL',
	});
	let output = '';
	let complaints = '';
	child.stdout.on('data', (chunk) => (output += chunk));
	child.stderr.on('data', (chunk) => (complaints += chunk));
	const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
	if (code !== 0 && child.signalCode === null) {
		throw new Error(
			`${contender.label} (${contender.network}) ended with ${code}: ${complaints.trim().split('\n').at(-1)}`,
		);
	}
	const lines = output.matchAll(/B=(\d+) ms_per_update=([\d.]+).*?cores=([\d.]+)/g);
	const timings = [...lines].map(([, batchSize, ms, cores]) => ({
		batchSize: Number(batchSize),
		msPerUpdate: Number(ms),
		cores: Number(cores),
	}));
	const device = /^\{.*\}$/m.exec(output)?.[0];
	return { timings, seconds: (performance.now() - start) / 1000, ...(device && { device: JSON.parse(device) }) };
}

/** Which of the peers' packages a Python has; none when there is no such Python. */
export async function peerVersions(python: string): Promise<Peers['versions']> {
	const question = `
import importlib.metadata as m, json
names = {d.metadata["Name"]: d.version for d in m.distributions()}
print(json.dumps({n: names[n] for n in ("torch", "jax") if n in names}))`;
	try {
		const { stdout } = await promisify(execFile)(python, ['-c', question]);
		return JSON.parse(stdout);
	} catch {
		return {};
	}
}

/** Ours, less what would choose the peers' threads or kernels for them. */
function environment(): NodeJS.ProcessEnv {
	const chosen = /^(OPENBLAS|OMP|MKL|GOTO|KMP|XLA|TORCH|TF)_/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !chosen.test(name)));
}
