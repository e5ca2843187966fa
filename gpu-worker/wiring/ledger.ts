import type { Db } from '@basin/db/client.ts';
import { acknowledgeCancel } from '@basin/db/trials/cancelled.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { heartbeat } from '@basin/db/trials/heartbeat.ts';
import { recordCheckpoint } from '@basin/db/trials/record-checkpoint.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { resumeTrial } from '@basin/db/trials/resume.ts';
import type { TrialLedger } from '../ports.ts';

type LedgerSettings = { db: Db; workerId: string; leaseSeconds: number };

/** The fenced verbs of the database, as one worker calls them. */
export function createLedger({ db, workerId, leaseSeconds }: LedgerSettings): TrialLedger {
	return {
		claim: (input) => claimTrial({ db, workerId, leaseSeconds, ...input }),
		heartbeat: (input) => heartbeat({ db, leaseSeconds, ...input }),
		resume: (input) => resumeTrial({ db, ...input }),
		recordEpoch: (input) => recordEpoch({ db, ...input }),
		recordCheckpoint: (input) => recordCheckpoint({ db, ...input }),
		finish: (input) => finishTrial({ db, ...input }),
		fail: (input) => failTrial({ db, ...input }),
		release: (input) => releaseTrial({ db, ...input }),
		acknowledgeCancel: (input) => acknowledgeCancel({ db, ...input }),
	};
}
