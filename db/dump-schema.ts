/**
 * `node db/dump-schema.ts [--check]` writes schema.sql from the migrations (on a Postgres of its own), for people to read and
 * for reviews to show; `--check` only says whether the file is up to date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Db, openDatabase } from './client.ts';
import { migrate } from './migrate.ts';

export const schemaFile = fileURLToPath(new URL('./schema.sql', import.meta.url));

const heading = '-- Made by `node db/dump-schema.ts` from the migrations; a test compares it. Do not edit.\n';

/**
 * The schema in a form that is the same on every server version: read from the catalogs, since `pg_dump` is not part of the
 * embedded Postgres and prints its version. Tables, constraints, indexes, triggers, functions, and who may execute them.
 */
export async function dumpSchema({ sql }: Db): Promise<string> {
	const parts = await sql<{ text: string }[]>`
		with own_function as (
			select oid, proname, proowner, proacl, pg_get_function_identity_arguments(oid) as arguments
			from pg_proc where pronamespace = 'public'::regnamespace
		), part (sort, name, text) as (
			select 1, relname, format(E'create table %I (\n%s\n);', relname, (
				select string_agg(line, E',\n' order by sort, place, line)
				from (
					select 1 as sort, attnum as place, concat_ws(' ',
						format(E'\t%I', attname), format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
						'default ' || (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum)
					) as line
					from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
					union all
					-- Not null is said by the column; since version 18 it is a constraint as well.
					select 2, 0, format(E'\tconstraint %I %s', conname, pg_get_constraintdef(pg_constraint.oid))
					from pg_constraint where conrelid = pg_class.oid and contype in ('p', 'u', 'c', 'f')
				) as lines
			))
			from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
			union all
			select 2, indexrelid::regclass::text, pg_get_indexdef(indexrelid) || ';'
			from pg_index join pg_class on pg_class.oid = indrelid
			where relnamespace = 'public'::regnamespace
				and not exists (select from pg_constraint where conindid = indexrelid)
			union all
			select 3, proname, pg_get_functiondef(oid) || ';' from own_function
			union all
			select 4, tgname, pg_get_triggerdef(pg_trigger.oid) || ';'
			from pg_trigger join pg_class on pg_class.oid = tgrelid
			where relnamespace = 'public'::regnamespace and not tgisinternal
			union all
			select 5, proname, format('grant execute on function %I(%s) to %s;', proname, arguments,
				case grantee when 0 then 'public' else grantee::regrole::text end)
			from own_function, aclexplode(coalesce(proacl, acldefault('f', proowner)))
			where grantee <> proowner
		)
		select text from part order by sort, name collate "C"`;
	return `${heading}\n${parts.map(({ text }) => text.trimEnd()).join('\n\n')}\n`;
}

if (import.meta.main) {
	const { startPostgres } = await import('../tests/support/postgres.ts');
	const server = await startPostgres();
	try {
		await migrate(server.url);
		const db = openDatabase(server.url);
		const dump = await dumpSchema(db).finally(() => db.close());
		if (!process.argv.includes('--check')) await writeFile(schemaFile, dump);
		else if (dump !== (await readFile(schemaFile, 'utf8'))) throw new Error('db/schema.sql is out of date.');
	} finally {
		await server.stop();
	}
}
