import { statfs } from 'node:fs/promises';
import process from 'node:process';
import { ApiError, type Client, UnreachableError } from '@basin/client';
import { byteSize, count, duration } from './format.ts';

/** What `basin doctor` found of one thing. */
export type Check = {
	name: string;
	status: 'ok' | 'warning' | 'failed' | 'skipped';
	finding: string;
	/** What to do about it. */
	advice?: string;
};

type Found = Omit<Check, 'name'>;
/** @param home of the embedded stack, if there is one here */
export type Examined = { client: Client; url: string; home: string; version: string; signal: AbortSignal };

const neededNode = [22, 18] as const;
const apiVersion = '1';
const longestSkewSeconds = 30;
const fewBytes = 2 ** 30;

/** Looks at one thing after another; what needs a server is skipped without one. */
export async function* examine(examined: Examined): AsyncGenerator<Check> {
	yield { name: 'node', ...checkNode(process.versions.node) };
	const server = await checkServer(examined);
	yield { name: 'server', ...server };
	const rest: Record<string, (examined: Examined) => Promise<Found>> = {
		'database, queue': checkReadiness,
		version: checkVersion,
		clock: checkClock,
		store: checkStore,
		devices: checkDevices,
	};
	for (const [name, check] of Object.entries(rest)) {
		const skipped: Found = { status: 'skipped', finding: 'the server does not answer' };
		yield { name, ...(server.status === 'failed' ? skipped : await check(examined).catch(failed)) };
	}
	yield { name: 'disk', ...(await checkDisk(examined)) };
}

const ok = (finding: string): Found => ({ status: 'ok', finding });

function failed(error: unknown): Found {
	if (!(error instanceof ApiError))
		return { status: 'failed', finding: error instanceof Error ? error.message : String(error) };
	const advice =
		error.problem.status === 401 || error.problem.status === 403
			? 'give a token with BASIN_TOKEN or --token; "basin token create" makes one'
			: `the server’s log has more of request ${error.problem.requestId}`;
	return { status: 'failed', finding: error.message, advice };
}

export function checkNode(version: string): Found {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const isEnough = major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
	if (isEnough) return ok(`Node ${version}`);
	return { status: 'failed', finding: `Node ${version}`, advice: `install Node ${neededNode.join('.')} or newer` };
}

async function checkServer({ client, url, signal }: Examined): Promise<Found> {
	const startedAt = performance.now();
	try {
		await client.getHealth({ signal });
		return ok(`${url} answers in ${Math.round(performance.now() - startedAt)} ms`);
	} catch (error) {
		signal.throwIfAborted();
		const isOther = error instanceof UnreachableError && error.reason === 'notBasin';
		const advice = isOther
			? 'name the address of Basin’s API with --url or BASIN_URL'
			: 'start Basin with "npm start" in its checkout, or name another address with --url or BASIN_URL';
		return { ...failed(error), advice };
	}
}

async function checkReadiness({ client, signal }: Examined): Promise<Found> {
	try {
		const { deadLettersLastDay } = await client.getReadiness({ signal });
		if (deadLettersLastDay === 0) return ok('both answer');
		return {
			status: 'warning',
			finding: `both answer; the queue gave up on ${count(deadLettersLastDay, 'message')} in the last 24 hours`,
			advice: '"basin logs --process api" says which; their trials are sent again',
		};
	} catch (error) {
		const advice = '"basin logs --process api services postgres" says why, or the logs of your own database and queue';
		return { ...failed(error), advice };
	}
}

async function checkVersion({ client, version, signal }: Examined): Promise<Found> {
	const served = await client.getApiVersion({ signal });
	const finding = `basin ${version} for API v${apiVersion}, the server’s is v${served}`;
	if (served === apiVersion) return ok(finding);
	return { status: 'failed', finding, advice: 'update the older of the two' };
}

async function checkClock({ url, signal }: Examined): Promise<Found> {
	const startedAt = Date.now();
	const response = await fetch(`${url}/healthz`, { signal });
	await response.body?.cancel();
	const date = Date.parse(response.headers.get('date') ?? '');
	if (Number.isNaN(date)) return { status: 'skipped', finding: 'the server does not say the time' };
	// The header has whole seconds, of some moment of the request.
	const skew = Math.max(0, (date - Date.now()) / 1000, (startedAt - date) / 1000 - 1);
	if (skew <= longestSkewSeconds) return ok('agrees with the server’s');
	return {
		status: 'warning',
		finding: `${duration(skew)} apart from the server’s: presigned links may be refused as expired`,
		advice: 'set this machine’s clock by NTP',
	};
}

/** Asks for a byte of the newest model: only the store itself can say that its links work from here. */
async function checkStore({ client, signal }: Examined): Promise<Found> {
	const { items: sweeps } = await client.listSweeps({ limit: 20 }, { signal });
	const trialId = sweeps.find(({ best }) => best !== null)?.best?.trialId;
	const [artifact] = trialId === undefined ? [] : (await client.listArtifacts(trialId, { signal })).items;
	if (artifact === undefined) return { status: 'skipped', finding: 'no trial has left an artifact yet' };
	const { origin } = new URL(artifact.url);
	const advice = `the bucket’s address must be reachable from this machine too; only "basin artifacts pull" needs it`;
	try {
		const response = await fetch(artifact.url, { headers: { range: 'bytes=0-0' }, signal });
		await response.body?.cancel();
		if (response.ok) return ok(`${origin} hands out artifacts`);
		return { status: 'failed', finding: `${origin} answers ${response.status}`, advice };
	} catch {
		signal.throwIfAborted();
		return { status: 'failed', finding: `${origin} cannot be reached`, advice };
	}
}

async function checkDevices({ client, signal }: Examined): Promise<Found> {
	const { items: engines } = await client.listEngines({ signal });
	const advice = '"npm start" runs one worker per core, "npm run worker" one on another machine';
	if (engines.length === 0) return { status: 'warning', finding: 'no worker has finished a trial yet', advice };
	const seen = engines.reduce((sum, { workersSeenLately }) => sum + workersSeenLately, 0);
	const finding = engines.map(({ device }) => `${device.label} (${device.engine} on ${device.provider})`).join('; ');
	const waiting = await client.listSweeps({ state: 'queued', limit: 1 }, { signal });
	if (seen === 0 && waiting.items.length > 0)
		return { status: 'warning', finding: `${finding}; sweeps wait, and no worker came in ten minutes`, advice };
	return ok(finding);
}

async function checkDisk({ home }: Examined): Promise<Found> {
	const disk = await statfs(home).catch(() => null);
	if (disk === null) return { status: 'skipped', finding: `Basin was not started here: there is no ${home}` };
	const free = disk.bavail * disk.bsize;
	if (free >= fewBytes) return ok(`${byteSize(free)} free for ${home}`);
	return {
		status: 'warning',
		finding: `${byteSize(free)} free for ${home}`,
		advice: 'delete sweeps that are no longer needed, or set BASIN_HOME to a folder on another disk',
	};
}
