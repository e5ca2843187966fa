import { QueryClient } from '@tanstack/react-query';

/** Retries are the typed client's; a query fails once it has given up. */
export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: { queries: { retry: false, staleTime: 500 }, mutations: { retry: false } },
	});
}
