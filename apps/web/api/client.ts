import { createClient } from '@basin/client';
import { fetchWithAccess } from './access.ts';

/** The API that served this page. Few retries: polling is the retry, and a person should soon see that nothing answers. */
export const client = createClient({
	baseUrl: '',
	fetch: fetchWithAccess,
	retry: { attempts: 2 },
	timeoutMs: 15_000,
});
