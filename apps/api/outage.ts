/** Error codes of node's sockets, postgres.js and Postgres that mean "not now": the request may be tried again. */
const outageCodes = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'ENOTFOUND',
	'EAI_AGAIN',
	'CONNECT_TIMEOUT',
	'CONNECTION_CLOSED',
	'CONNECTION_ENDED',
	'CONNECTION_DESTROYED',
	'TimeoutError',
	'28000', // invalid_authorization_specification: the login is being changed
	'28P01', // invalid_password
	'40001', // serialization_failure
	'40P01', // deadlock_detected
	'53300', // too_many_connections
	'55P03', // lock_not_available
	'57014', // query_canceled, by the statement timeout
	'57P01', // admin_shutdown
	'57P02', // crash_shutdown
	'57P03', // cannot_connect_now
	'08006', // connection_failure
	'25006', // read_only_sql_transaction, on a standby
]);

/** Whether an error, or what caused it, is an outage of the database, queue or store rather than a fault of Basin's. */
export function isOutage(error: unknown): boolean {
	for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
		const { code, name } = cause as Error & { code?: unknown };
		if ((typeof code === 'string' && outageCodes.has(code)) || outageCodes.has(name)) return true;
		if (cause instanceof AggregateError && cause.errors.some(isOutage)) return true;
	}
	return false;
}
