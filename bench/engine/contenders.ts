import { join } from 'node:path';
import { mnistFolder } from '@basin/gpu-worker/datasets/mnist.ts';
import { type NetworkName, networkNames } from './networks.ts';

export type Family = 'Basin' | 'bare Gemm' | 'tensorflow' | 'PyTorch' | 'JAX';

/** A program that prints `B=… ms_per_update=… cores=…` for each batch size of one network. */
export interface Contender {
	family: Family;
	/** Heading of its column. */
	label: string;
	network: NetworkName;
	threads: number;
	command: string;
	arguments: string[];
}

export interface Peers {
	python: string;
	/** Where torch_mlp.py and torch_cnn.py lie; without it PyTorch is left out. */
	folder: string | undefined;
	/** Versions of what `python` has. */
	versions: { torch?: string | undefined; jax?: string | undefined };
	/** Leaves out what takes longest: `torch.compile`, and the CNN in wasm. */
	quick: boolean;
}

const here = import.meta.dirname;

/** Everybody with one thread and with two, in the order of a round. */
export function listContenders(peers: Peers): Contender[] {
	return networkNames.flatMap((network) => [1, 2].flatMap((threads) => contendersOf(network, threads, peers)));
}

function contendersOf(network: NetworkName, threads: number, peers: Peers): Contender[] {
	const contender = (family: Family, label: string, command: string, ...rest: string[]): Contender => ({
		family,
		label: `${label} ${threads}`,
		network,
		threads,
		command,
		arguments: rest,
	});
	const python = (family: Family, label: string, program: string, ...rest: string[]) =>
		contender(family, label, peers.python, join(here, '../peers/clocked.py'), program, ...rest);
	const basin = (family: Family, label: string, engine: string) =>
		contender(family, label, process.execPath, join(here, 'measure.ts'), network, engine, `${threads}`);
	const list = [basin('Basin', 'Basin', 'onnx')];
	// One process has one thread of wasm, whatever it asks for.
	if (threads === 1 && !(peers.quick && network === 'cnn')) list.push(basin('tensorflow', 'tensorflow', 'tensorflow'));
	if (network === 'mlp') {
		list.push(contender('bare Gemm', 'bare Gemm', process.execPath, join(here, 'bare-gemm.ts'), `${threads}`));
	}
	if (peers.folder && peers.versions.torch) {
		const program = join(peers.folder, `torch_${network}.py`);
		const rest = network === 'mlp' ? [mnistFolder(), `${threads}`] : [`${threads}`];
		list.push(python('PyTorch', 'PyTorch', program, ...rest));
		if (!peers.quick) list.push(python('PyTorch', 'compiled', program, ...rest, 'compile'));
	}
	if (network === 'mlp' && peers.versions.jax) {
		list.push(python('JAX', 'JAX', join(here, '../peers/jax_mlp.py'), mnistFolder(), `${threads}`));
	}
	return list;
}
