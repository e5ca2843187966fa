/**
 * `npm run prove:image` carries out gpu-worker/Dockerfile.cpu line by line in a Debian that debootstrap makes, with no container engine, and
 * starts what the image starts: as its user, with a read-only root, against an embedded Postgres, queue and bucket. A trial is trained, the health
 * check says yes meanwhile, and the worker ends by itself when nothing is left. Linux, as root, with debootstrap; minutes, and 2 GB in /tmp.
 * The base image itself stays unproven: Debian's packages and this machine's node and npm stand for it.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
	chownSync,
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { connectAws } from '@basin/api/adapters/clients.ts';
import { createSend } from '@basin/api/adapters/sqs.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { startQueueAndObjects } from '@basin/local/services/queue-and-objects.ts';
import { startPostgres } from '../support/postgres.ts';
import { sampleSweep } from '../support/samples.ts';
import { repository } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';
import { buildImage } from './build.ts';
import { runBeside, startInside } from './chroot.ts';

const say = (line: string) => console.log(line);
const cacheFolder = join(homedir(), '.cache', 'basin-images');
const silent = { info() {}, warn() {}, error() {} };

/** A Debian of the base image's release, with node and npm where that has them. Made once. */
function debianWithNode(image: string): string {
	const release = /^node:[\d.]+-(\w+)-slim$/.exec(image)?.[1];
	if (release === undefined) throw new Error(`Nothing here stands for the base image ${image}.`);
	const root = join(cacheFolder, release);
	if (!existsSync(join(root, 'etc', 'debian_version'))) {
		say(`debootstrap ${release} (once)`);
		mkdirSync(cacheFolder, { recursive: true });
		rmSync(root, { recursive: true, force: true });
		execFileSync('debootstrap', ['--variant=minbase', release, root], { stdio: ['ignore', 'ignore', 'inherit'] });
	}
	const bin = join(root, 'usr', 'local', 'bin');
	copyFileSync(process.execPath, join(bin, 'node'));
	const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
	cpSync(npm, join(root, 'usr', 'local', 'lib', 'node_modules', 'npm'), { recursive: true });
	rmSync(join(bin, 'npm'), { force: true });
	symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(bin, 'npm'));
	return root;
}

async function main(): Promise<void> {
	if (process.platform !== 'linux' || process.getuid?.() !== 0)
		throw new Error('This needs Linux, and root for chroot.');
	const workDir = mkdtempSync(join(tmpdir(), 'basin-image-'));
	const undo: (() => unknown)[] = [() => rmSync(workDir, { recursive: true, force: true })];
	try {
		const dockerfile = 'gpu-worker/Dockerfile.cpu';
		const image = await buildImage({ repository, dockerfile, workDir, baseOf: debianWithNode, say });
		const size = execFileSync('du', ['-sm', join(image.root, 'basin')], { encoding: 'utf8' }).split('\t')[0];
		say(`built; /basin has ${size} MB`);

		const postgres = await startPostgres();
		undo.unshift(() => postgres.stop());
		await migrate(postgres.url);
		const cloud = await startQueueAndObjects({
			port: 0,
			region: 'us-east-1',
			queueName: 'basin-trials',
			bucket: 'basin-artifacts',
			queueDir: join(workDir, 'queue'),
			objectsDir: join(workDir, 'objects'),
		});
		undo.unshift(() => cloud.stop());
		const endpoint = `http://127.0.0.1:${cloud.port}`;
		const env = {
			DATABASE_URL: postgres.url,
			BASIN_QUEUE_URL: `${endpoint}/000000000000/basin-trials`,
			BASIN_BUCKET: 'basin-artifacts',
			AWS_ENDPOINT_URL_SQS: endpoint,
			AWS_ENDPOINT_URL_S3: endpoint,
			AWS_ACCESS_KEY_ID: 'none',
			AWS_SECRET_ACCESS_KEY: 'none',
		};
		const db = openDatabase(postgres.url);
		undo.unshift(() => db.close());
		for (const engine of ['onnx', 'tensorflow'] as const) await sampleSweep(db, { engine, epochs: 1 });
		const { sqs } = connectAws(readEnv(env), { accessKeyId: 'none', secretAccessKey: 'none' });
		await relayOutbox({ db, send: createSend({ sqs, queueUrl: env.BASIN_QUEUE_URL, log: silent }) });

		const { config, root } = image;
		const volume = join(workDir, 'volume');
		mkdirSync(volume);
		chownSync(volume, 10_001, 10_001);
		const writable = Object.fromEntries(config.volumes.map((place) => [place, volume]));
		// The image's own command, but that it need not idle for 90 seconds.
		const command = config.command.map((word) => (word === '90' ? '8' : word));
		const user = config.user!;
		const inside = { root, workdir: config.workdir, env: { ...config.env, ...env }, user, readOnly: { writable } };
		say(`as ${user}, read-only: ${[...config.entrypoint, ...command].join(' ')}`);
		const worker = startInside(inside, [...config.entrypoint, ...command]);
		undo.unshift(() => worker.kill('SIGKILL'));
		let said = '';
		for (const stream of [worker.stdout!, worker.stderr!]) stream.on('data', (text) => (said += text));
		const ended = once(worker, 'close') as Promise<[number | null]>;
		try {
			await waitFor('the health check to say yes', 120_000, () => runBeside(worker, root, config.healthCheck!) === 0);
			say('healthy');
			const [code] = await ended;
			const trials = await db.sql<{ engine: string; state: string; artifacts: number }[]>`
				select sweep.spec ->> 'engine' as engine, trial.state, (
					select count(*)::int from artifact where artifact.trial_id = trial.id
				) as artifacts
				from trial join sweep on sweep.id = trial.sweep_id order by engine`;
			for (const { engine, state, artifacts } of trials) say(`${engine}: ${state}, ${artifacts} artifacts`);
			if (code !== 0) throw new Error(`The worker ended with ${code}.`);
			if (trials.some(({ state, artifacts }) => state !== 'succeeded' || artifacts === 0))
				throw new Error('Not every trial has succeeded.');
			say('the worker has ended by itself, with 0');
		} catch (error) {
			throw new Error(`${(error as Error).message} It printed:\n${said.slice(-6_000)}`);
		}
		for (const line of image.skipped) say(`not proven here: ${line}`);
	} finally {
		for (const work of undo) await work();
	}
}

await main().then(
	() => process.exit(0),
	(error: Error) => {
		console.error(error.message);
		process.exit(1);
	},
);
