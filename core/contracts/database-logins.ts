/** Logins of a database on AWS, which sign in by IAM: infra permits them, the migration makes them. */
export const databaseLogins = {
	/** Owns the schema and migrates it; the only one with a password. */
	migrate: 'basin_migrate',
	/** API, tick and dead letters: reads and writes every table, and changes none. */
	api: 'basin_api',
	/** Workers: may execute the fenced functions of `basin_worker`, and nothing else. */
	worker: 'basin_gpu_worker',
} as const;
