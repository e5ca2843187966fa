import type { Db } from '../client.ts';

export type DeadLetter = {
	/** The queue's own id of the message: noted once, however often it is handed out. */
	messageId: string;
	body: string;
	/** Null when the body is none of ours. */
	trialId: string | null;
	dispatchNo: number | null;
	receiveCount: number;
};

/** Notes a message that the queue gave up on; if its trial still waits for it, another is sent. Answers whether it was new. */
export async function recordDeadLetter({ db, letter }: { db: Db; letter: DeadLetter }): Promise<boolean> {
	const { messageId, body, trialId, dispatchNo, receiveCount } = letter;
	const [row] = await db.sql<{ recorded: boolean }[]>`
		select record_dead_letter(${messageId}, ${body}, ${trialId}, ${dispatchNo}, ${receiveCount}) as recorded`;
	return row!.recorded;
}
