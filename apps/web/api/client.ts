import { createClient } from '@basin/client';

/** The API that served this page. Few retries: polling is the retry, and a person should soon see that nothing answers. */
export const client = createClient({ baseUrl: '', retry: { attempts: 2 }, timeoutMs: 15_000 });
