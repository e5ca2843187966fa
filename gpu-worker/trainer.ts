/**
 * The trainer process: trains one trial at a time, so that heartbeats in the worker never wait for it.
 *
 * Start: `fork(trainerPath, ['--threads', '1', '--slots', '2'])` with the default (JSON) serialization. It reads no environment.
 * - `--threads`: threads of one `run()` (default 1). `--slots`: trainers that share this machine (default 1); recorded in the device.
 * Talk: `TrainerCommand` in, `TrainerEvent` out (core/contracts/worker-protocol.ts).
 * - `ready` once, first. Then each `train` ends in exactly one `finished` or `failed`, after its `epoch` events.
 * - A `train` that arrives during another waits its turn. `outputDir` must exist and be empty; files are complete when the event arrives.
 * - `failed.reason` is `diverged`, `bad_config` or `unknown`; the process stays usable after each. A message it cannot parse
 *   ends the process with code 2: the two sides were built apart.
 * Stop: `exit`, or disconnect; both are noticed between epochs. To cancel at once, kill it (SIGTERM or SIGKILL): it holds nothing
 * that needs saving. SIGINT is ignored, because a terminal sends it to the whole group and the worker decides.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';

const Settings = z.object({
	threads: z.coerce.number().int().min(1).default(1),
	slots: z.coerce.number().int().min(1).default(1),
});
export type TrainerSettings = z.infer<typeof Settings>;

/** @throws when an option is unknown or is not a whole number of at least 1 */
export function readSettings(argv: string[]): TrainerSettings {
	const { values } = parseArgs({ args: argv, options: { threads: { type: 'string' }, slots: { type: 'string' } } });
	return Settings.parse(values);
}
