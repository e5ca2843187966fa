/**
 * One guard: a piece of a function of the database, or of a file, without which a promise breaks. `find` must occur exactly
 * once there; with `replace` in its place the tests of `killedBy` must turn red.
 */
export type Guard = {
	name: string;
	find: string;
	replace: string;
	killedBy: string;
} & ({ sqlFunction: string } | { file: string });

const fence = 'db/trials/fence.db.test.ts';
const held = 'id = p_trial_id and attempt_no = p_attempt_no and state = ';
const anybody = 'id = p_trial_id and state = ';

/** A write that no longer asks whose attempt it is. */
const unfenced = (sqlFunction: string, find = held, replace = anybody): Guard => ({
	...{ name: `${sqlFunction}: the attempt's number`, sqlFunction, find, replace, killedBy: fence },
});

export const guards: readonly Guard[] = [
	unfenced('heartbeat_trial'),
	unfenced('record_epoch'),
	unfenced('record_checkpoint'),
	unfenced('resume_trial'),
	unfenced('finish_trial'),
	unfenced('cancel_running_trial'),
	unfenced('requeue_trial'),
	{
		name: 'record_epoch: only while it runs',
		sqlFunction: 'record_epoch',
		find: "and attempt_no = p_attempt_no and state = 'running'",
		replace: 'and attempt_no = p_attempt_no',
		killedBy: fence,
	},
	{
		name: 'finish_trial: only while it runs',
		sqlFunction: 'finish_trial',
		find: "and attempt_no = p_attempt_no and state = 'running'",
		replace: 'and attempt_no = p_attempt_no',
		killedBy: fence,
	},
	{
		name: 'the trigger: an ended trial stays so',
		sqlFunction: 'guard_trial_state',
		find: "if old.state in ('succeeded', 'failed', 'pruned', 'cancelled') then",
		replace: 'if false then',
		killedBy: 'db/trials/state-guard.db.test.ts',
	},
	{
		name: 'claim: only what waits',
		sqlFunction: 'claim_trial',
		find: "trial.state in ('pending', 'queued')",
		replace: "trial.state in ('pending', 'queued', 'running')",
		killedBy: 'db/trials/claim.db.test.ts',
	},
	{
		name: 'claim: only what is due',
		sqlFunction: 'claim_trial',
		find: 'and trial.due_at <= now()',
		replace: '',
		killedBy: 'db/trials/claim.db.test.ts',
	},
	{
		name: 'claim: nothing of a paused, stopping or cancelling sweep',
		sqlFunction: 'claim_trial',
		find: "and sweep.state in ('queued', 'running')",
		replace: '',
		killedBy: 'db/trials/claim.db.test.ts',
	},
	{
		name: 'claim: what came after the newest checkpoint is trained again',
		sqlFunction: 'claim_trial',
		find: 'delete from epoch where trial_id = p_trial_id and epoch > v_epoch;',
		replace: '',
		killedBy: 'db/trials/checkpoints.db.test.ts',
	},
	{
		name: 'expire: only a lease that has lapsed',
		sqlFunction: 'expire_lease',
		find: 'and lease_expires_at < now()',
		replace: '',
		killedBy: 'db/reconcile/reconcile.db.test.ts',
	},
	{
		name: 'cancel: the worker has twenty seconds',
		sqlFunction: 'enforce_cancel',
		find: "and cancel_requested_at < now() - p_bound_seconds * interval '1 second'",
		replace: 'and cancel_requested_at is not null',
		killedBy: 'db/reconcile/reconcile.db.test.ts',
	},
	{
		name: 'acknowledge: only where a cancel was asked for',
		sqlFunction: 'acknowledge_cancel',
		find: 'and cancel_requested_at is not null',
		replace: '',
		killedBy: 'db/sweeps/cancel.db.test.ts',
	},
	{
		name: 'a poison trial has a budget',
		sqlFunction: 'fail_attempt',
		find: 'and v_failures <= failure_budget(p_reason)',
		replace: '',
		killedBy: 'db/trials/fail.db.test.ts',
	},
	{
		name: 'retry of one trial: no other',
		sqlFunction: 'renew_failed_trials',
		find: 'and (p_only is null or id = p_only)',
		replace: '',
		killedBy: 'db/trials/retry.db.test.ts',
	},
	{
		name: 'close: nobody waits for a sweep while holding a trial',
		sqlFunction: 'close_sweep',
		find: 'for no key update skip locked',
		replace: 'for no key update',
		killedBy: 'db/reconcile/reconcile.db.test.ts',
	},
	{
		name: 'a message that was sent changes only a trial that waits',
		sqlFunction: 'mark_dispatched',
		find: "where trial.state in ('pending', 'queued') order by",
		replace: 'where true order by',
		killedBy: 'db/outbox/relay.db.test.ts',
	},
	{
		name: 'checkpoint: none beyond the curve',
		sqlFunction: 'record_checkpoint',
		find: 'if v_epoch > v_epochs_done then',
		replace: 'if false then',
		killedBy: 'db/trials/checkpoints.db.test.ts',
	},
	{
		name: 'the workers’ role reads no table',
		file: 'db/migrations/0005_worker_role.sql',
		find: 'grant usage on schema public to basin_worker;',
		replace: 'grant usage on schema public to basin_worker; grant select on trial to basin_worker;',
		killedBy: 'db/worker-role.db.test.ts',
	},
	{
		name: 'the workers’ role executes no other function',
		file: 'db/migrations/0005_worker_role.sql',
		find: '	mark_dispatched,\n',
		replace: '',
		killedBy: 'db/worker-role.db.test.ts',
	},
	{
		name: 'unique: a trial of each configuration and seed',
		file: 'db/migrations/0000_tables.sql',
		find: 'CREATE UNIQUE INDEX "trial_once"',
		replace: 'CREATE INDEX "trial_once"',
		killedBy: 'tests/guards/unique.db.test.ts',
	},
	{
		name: 'unique: a result of each trial',
		file: 'db/migrations/0000_tables.sql',
		find: 'CREATE TABLE "result" (\n	"trial_id" text PRIMARY KEY NOT NULL,',
		replace: 'CREATE TABLE "result" (\n	"trial_id" text NOT NULL,',
		killedBy: 'tests/guards/unique.db.test.ts',
	},
	{
		name: 'an idempotency key with another body is refused',
		file: 'db/sweeps/idempotency.ts',
		find: 'answer && answer.body_hash !== bodyHash',
		replace: 'false',
		killedBy: 'apps/api/sweeps.db.test.ts',
	},
	{
		name: 'the relay marks only what the queue has taken',
		file: 'db/outbox/relay.ts',
		find: '(row) => taken.has(idOf(row))',
		replace: '() => taken.size >= 0',
		killedBy: 'db/outbox/relay.db.test.ts',
	},
	{
		name: 'a checkpoint with another hash is not used',
		file: 'gpu-worker/checkpoint-transfer.ts',
		find: 'if (found === sha256)',
		replace: 'if (found !== null)',
		killedBy: 'gpu-worker/attempt.test.ts',
	},
	{
		name: 'close: not what retry or extend has opened again meanwhile',
		sqlFunction: 'close_sweep',
		find: "if v_counts ?| array['pending', 'queued', 'running'] then",
		replace: 'if false then',
		killedBy: 'db/sweeps/retry-failed.db.test.ts',
	},
	{
		name: 'retry: what the failed attempt left is the trial’s no more',
		sqlFunction: 'renew_failed_trials',
		find: 'delete from artifact using renewed where artifact.trial_id = renewed.id',
		replace: 'select id from renewed',
		killedBy: 'db/sweeps/retry-failed.db.test.ts',
	},
	{
		name: 'swept objects: not what a running attempt stores',
		file: 'db/objects/orphans.ts',
		find: "and not (trial.state = 'running' and trial.attempt_no = given.attempt_no)",
		replace: '',
		killedBy: 'apps/api/sweep-objects.db.test.ts',
	},
	{
		name: 'swept objects: no checkpoint that is needed',
		file: 'db/objects/orphans.ts',
		find: 'and not exists (select from checkpoint where trial_id = trial.id and checkpoint.key = given.key)',
		replace: '',
		killedBy: 'apps/api/sweep-objects.db.test.ts',
	},
	{
		name: 'swept objects: none that is young',
		file: 'apps/api/sweep-objects.ts',
		find: 'storedAt.getTime() < now() - oldEnoughMs',
		replace: 'storedAt.getTime() < now()',
		killedBy: 'apps/api/sweep-objects.db.test.ts',
	},
	{
		name: 'an ended attempt removes no checkpoint of a later one',
		file: 'gpu-worker/checkpoint-transfer.ts',
		find: '<= attemptNo',
		replace: '> 0',
		killedBy: 'gpu-worker/attempt.test.ts',
	},
	{
		name: 'a store that falls silent fails the call',
		file: 'gpu-worker/wiring/aws-clients.ts',
		find: 'forcePathStyle: true } : {}),\n		requestHandler: { connectionTimeout, socketTimeout: silenceMs }',
		replace: 'forcePathStyle: true } : {}),\n		requestHandler: { connectionTimeout, requestTimeout: silenceMs }',
		killedBy: 'gpu-worker/wiring/aws-clients.test.ts',
	},
	{
		name: 'the result is written after its files',
		file: 'gpu-worker/report.ts',
		find: 'const records = await upload(outcome.files);',
		replace: 'const records: ArtifactRecord[] = []; upload(outcome.files).catch(() => {});',
		killedBy: 'gpu-worker/loop.test.ts',
	},
	{
		name: 'a refused write stops the attempt',
		file: 'gpu-worker/report.ts',
		find: "lease.stop('fenced');",
		replace: '',
		killedBy: 'gpu-worker/loop.test.ts',
	},
	{
		name: 'a lease that has run out is asked for',
		file: 'gpu-worker/lease.ts',
		find: 'if (reason === null && clock.now() >= heldUntil) {',
		replace: 'if (reason === null && heldUntil < 0) {',
		killedBy: 'gpu-worker/lease.test.ts',
	},
	{
		name: 'a silent trainer is taken for hung',
		file: 'gpu-worker/trainer-process.ts',
		find: 'watchdog = setTimeout(() => resolve(hung(settings.progressTimeoutMs)), settings.progressTimeoutMs);',
		replace: 'watchdog = undefined;',
		killedBy: 'gpu-worker/trainer-process.test.ts',
	},
	{
		name: 'a connection that dies in a transaction does not end the process',
		file: 'db/client.ts',
		find: '	surviveLostConnections(sql);\n',
		replace: '',
		killedBy: 'tests/chaos/post.test.ts',
	},
	{
		name: 'the Host header',
		file: 'apps/api/security.ts',
		find: '!allowedHosts.includes(hostNameOf(host))',
		replace: 'allowedHosts.length === 0',
		killedBy: 'apps/api/security.test.ts',
	},
	{
		name: 'the Origin header',
		file: 'apps/api/security.ts',
		find: 'hostOf(origin) !== host.toLowerCase()',
		replace: "hostOf(origin) === ''",
		killedBy: 'apps/api/security.test.ts',
	},
];
