import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm start` listens; `npm run dev` here passes API calls on to it. */
const api = process.env.BASIN_URL ?? 'http://127.0.0.1:8787';

export default defineConfig({
	base: '/',
	plugins: [react()],
	server: {
		host: '127.0.0.1',
		proxy: Object.fromEntries(['/v1', '/docs', '/openapi.json', '/healthz', '/readyz'].map((path) => [path, api])),
	},
	build: {
		outDir: 'dist',
		target: 'es2023',
		// What has `light-dark()`: lowered, it would need `color-scheme` in these files, and Mantine sets that at run time.
		cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
		// Data URIs would need `font-src data:` and `img-src data:` in the content security policy.
		assetsInlineLimit: 0,
		// The chart chunk alone is above the default 500 kB; it is loaded only when a chart is shown.
		chunkSizeWarningLimit: 700,
	},
});
