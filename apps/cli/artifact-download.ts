import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Artifact, UnreachableError } from '@basin/client';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';

/**
 * Downloads one artifact to `folder/name`. The file appears under its name only when size and SHA-256 are right.
 * @throws Failure when the bytes are not what the database says; UnreachableError when the store does not answer.
 */
export async function pullArtifact(
	artifact: Artifact,
	folder: string,
	signal: AbortSignal,
): Promise<{ path: string; alreadyThere: boolean }> {
	// A name comes from another machine: it may make folders below the given one, and must not leave it.
	if (artifact.name.split('/').includes('..'))
		throw new Failure(exitCodes.failed, `"${artifact.name}" leaves the folder.`);
	const path = join(folder, normalize(artifact.name));
	if ((await sha256Of(path)) === artifact.sha256) return { path, alreadyThere: true };
	await mkdir(dirname(path), { recursive: true });
	const partial = `${path}.part`;
	try {
		await download(artifact, partial, signal);
		await rename(partial, path);
	} finally {
		await rm(partial, { force: true });
	}
	return { path, alreadyThere: false };
}

async function download(artifact: Artifact, path: string, signal: AbortSignal): Promise<void> {
	const origin = new URL(artifact.url).origin;
	const hash = createHash('sha256');
	let received = 0;
	const measure = new Transform({
		transform(chunk, _encoding, done) {
			received += chunk.length;
			hash.update(chunk);
			done(null, chunk);
		},
	});
	const response = await fetch(artifact.url, { signal }).catch((error) => {
		signal.throwIfAborted();
		throw new UnreachableError('network', origin, `Cannot reach the artifact store at ${origin}.`, error);
	});
	if (!response.ok || response.body === null)
		throw new Failure(exitCodes.failed, `The artifact store answered ${response.status} for ${artifact.name}.`);
	await pipeline(response.body, measure, createWriteStream(path), { signal });
	const digest = hash.digest('hex');
	if (received !== artifact.sizeBytes || digest !== artifact.sha256)
		throw new Failure(
			exitCodes.failed,
			`${artifact.name} arrived damaged: ${received} bytes with SHA-256 ${digest}, not ${artifact.sizeBytes} with ${artifact.sha256}.`,
			{
				hint: 'nothing was kept; try again.',
			},
		);
}

async function sha256Of(path: string): Promise<string | undefined> {
	const hash = createHash('sha256');
	try {
		for await (const chunk of createReadStream(path)) hash.update(chunk);
	} catch {
		return undefined;
	}
	return hash.digest('hex');
}
