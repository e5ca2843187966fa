import type postgres from 'postgres';

/** Codes with which postgres.js tells that a connection is gone. */
const lostCodes = new Set([
	'CONNECTION_CLOSED',
	'CONNECTION_DESTROYED',
	'CONNECTION_ENDED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
]);

/**
 * Makes `begin` survive a connection that dies inside it. postgres.js 3.4.9 then sends a ROLLBACK into the closed socket, which
 * throws where nobody can catch it and ends the process (porsager/postgres#1208). It never gets there when the work does not
 * come back: the caller's promise is rejected by the close itself. Work must use the transaction's connection only.
 */
export function surviveLostConnections(sql: postgres.Sql): void {
	const begin = sql.begin.bind(sql) as (...args: unknown[]) => Promise<unknown>;
	const safeBegin = (...args: unknown[]) => {
		const work = args.at(-1) as (tx: postgres.TransactionSql) => unknown;
		const safeWork = async (tx: postgres.TransactionSql) => {
			try {
				return await work(tx);
			} catch (error) {
				if (isLost(error)) return new Promise(() => {});
				throw error;
			}
		};
		return begin(...args.slice(0, -1), safeWork);
	};
	sql.begin = safeBegin as typeof sql.begin;
}

function isLost(error: unknown): boolean {
	const { code } = (error ?? {}) as { code?: unknown };
	return typeof code === 'string' && lostCodes.has(code);
}
