import { defineConfig } from 'drizzle-kit';

/** For `drizzle-kit generate` (run in this folder): compares `schema/` with the newest snapshot in `migrations/meta`. */
export default defineConfig({ dialect: 'postgresql', schema: './schema/*.ts', out: './migrations' });
