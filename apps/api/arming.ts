import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '@basin/db/client.ts';
import { noteArming } from '@basin/db/work/arm.ts';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';
import { causeOf, type Log } from './log.ts';

/** What calls the tick every minute while there is work, and never otherwise, so that an idle database can sleep. */
export interface TickSchedule {
	enable(): Promise<void>;
	disable(): Promise<void>;
}

/** Turns the schedule on, and keeps it on for long enough to commit what it is wanted for. @throws BasinError `unavailable` */
export function createArm(input: { db: Db; schedule: TickSchedule; log: Log }): () => Promise<void> {
	const { db, schedule, log } = input;
	return async () => {
		await noteArming({ db });
		await schedule.enable().catch((error: unknown) => {
			log.error('the tick could not be scheduled', { cause: causeOf(error) });
			throw new BasinError(
				'unavailable',
				'Nothing was done, since it could not be seen to now. Try again in a moment.',
			);
		});
	};
}

/** Whatever may make work is a POST; nothing of it is written before the tick is sure to come. */
export function armFirst(arm: () => Promise<void>): MiddlewareHandler<ApiEnv> {
	return async (c, next) => {
		if (c.req.method === 'POST') await arm();
		await next();
	};
}
