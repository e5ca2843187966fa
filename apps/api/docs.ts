import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Api } from './deps.ts';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Basin API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

// validatorUrl: the explorer would otherwise send the description to a validator on the internet.
const start = `SwaggerUIBundle({
	url: '/openapi.json',
	dom_id: '#swagger-ui',
	deepLinking: true,
	tryItOutEnabled: true,
	validatorUrl: null,
});
`;

const script = 'text/javascript; charset=utf-8';

/** The API explorer at `/docs`, served from the npm package: nothing comes from another host. */
export function docsRoutes(app: Api): void {
	const folder = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');
	const files = [
		{
			name: 'swagger-ui.css',
			type: 'text/css; charset=utf-8',
			read: () => readFileSync(join(folder, 'swagger-ui.css')),
		},
		{ name: 'swagger-ui-bundle.js', type: script, read: () => readFileSync(join(folder, 'swagger-ui-bundle.js')) },
		{ name: 'start.js', type: script, read: () => Buffer.from(start) },
	];
	app.get('/docs', (c) => c.html(page));
	for (const { name, type, read } of files) {
		app.get(`/docs/${name}`, (c) =>
			c.body(new Uint8Array(read()), 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=3600' }),
		);
	}
}
