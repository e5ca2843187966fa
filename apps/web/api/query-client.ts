import { QueryClient } from '@tanstack/react-query';

/**
 * Retries are the typed client's; a query fails once it has given up. `always`: a browser that says it is offline can
 * still reach this machine, and where it cannot, the page should say so instead of waiting in silence.
 */
export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: {
			queries: { retry: false, staleTime: 500, networkMode: 'always' },
			mutations: { retry: false, networkMode: 'always' },
		},
	});
}
