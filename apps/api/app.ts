import { BasinError } from '@basin/core/contracts/errors.ts';
import { OpenAPIHono } from '@hono/zod-openapi';
import { requireScopes } from './access/define-route.ts';
import { authenticate } from './access/identity.ts';
import { createRateLimits } from './access/rate-limits.ts';
import { accessLog } from './access-log.ts';
import { armFirst } from './arming.ts';
import { compressed } from './compression.ts';
import type { Api, ApiDeps, ApiEnv } from './deps.ts';
import { docsRoutes } from './docs.ts';
import { respondProblem, toBasinError } from './errors.ts';
import { createExporter } from './exports/respond.ts';
import { causeOf } from './log.ts';
import { allowedMethods } from './method-not-allowed.ts';
import { countRequests, metricsRoute } from './metrics/middleware.ts';
import { openApiDocument } from './openapi-document.ts';
import { requestId } from './request-id.ts';
import { deleteBaselineRoute } from './routes/baselines/delete.ts';
import { getBaselineRoute } from './routes/baselines/get.ts';
import { listBaselinesRoute } from './routes/baselines/list.ts';
import { setBaselineRoute } from './routes/baselines/set.ts';
import { getDatasetContentRoute } from './routes/datasets/content.ts';
import { createDatasetRoute } from './routes/datasets/create.ts';
import { deleteDatasetRoute } from './routes/datasets/delete.ts';
import { finalizeDatasetRoute } from './routes/datasets/finalize.ts';
import { listDatasetsRoute } from './routes/datasets/list.ts';
import { putDatasetPartRoute } from './routes/datasets/put-part.ts';
import { listEnginesRoute } from './routes/engines/list.ts';
import { healthRoutes } from './routes/health/get.ts';
import { labRoutes } from './routes/lab/routes.ts';
import { sharedLeaderboardRoute } from './routes/leaderboard/get.ts';
import { createProjectRoute } from './routes/projects/create.ts';
import { listProjectsRoute } from './routes/projects/list.ts';
import { cancelSweepRoute } from './routes/sweeps/cancel.ts';
import { createSweepRoute } from './routes/sweeps/create.ts';
import { deleteSweepRoute } from './routes/sweeps/delete.ts';
import { sweepEventsRoute } from './routes/sweeps/events.ts';
import { extendSweepRoute } from './routes/sweeps/extend.ts';
import { gateSweepRoute } from './routes/sweeps/gate.ts';
import { getSweepRoute } from './routes/sweeps/get.ts';
import { leaderboardRoute } from './routes/sweeps/leaderboard.ts';
import { listSweepsRoute } from './routes/sweeps/list.ts';
import { listTrialsRoute } from './routes/sweeps/list-trials.ts';
import { sweepMetricsRoute } from './routes/sweeps/metrics.ts';
import { pauseSweepRoute } from './routes/sweeps/pause.ts';
import { resumeSweepRoute } from './routes/sweeps/resume.ts';
import { retryFailedRoute } from './routes/sweeps/retry-failed.ts';
import { stopSweepRoute } from './routes/sweeps/stop.ts';
import { createTokenRoute } from './routes/tokens/create.ts';
import { listTokensRoute } from './routes/tokens/list.ts';
import { revokeTokenRoute } from './routes/tokens/revoke.ts';
import { cancelTrialRoute } from './routes/trials/cancel.ts';
import { getTrialRoute } from './routes/trials/get.ts';
import { listArtifactsRoute } from './routes/trials/list-artifacts.ts';
import { listMetricsRoute } from './routes/trials/list-metrics.ts';
import { retryTrialRoute } from './routes/trials/retry.ts';
import { createWebhookRoute } from './routes/webhooks/create.ts';
import { deleteWebhookRoute } from './routes/webhooks/delete.ts';
import { listWebhooksRoute } from './routes/webhooks/list.ts';
import { listWebhookDeliveriesRoute } from './routes/webhooks/list-deliveries.ts';
import { testWebhookRoute } from './routes/webhooks/send-test.ts';
import { hostGuard, loopbackHosts, securityHeaders } from './security.ts';
import { installSentences } from './sentences.ts';
import { createSweepChannels } from './sweep-channels.ts';
import { traceRequests } from './tracing.ts';
import { refuseInvalid } from './validation.ts';
import { webApp } from './web-app.ts';

export type { ApiDeps } from './deps.ts';

/** The whole HTTP side of Basin: API, its description and explorer, and the web app when there is one. */
export function createApp(deps: ApiDeps): Api {
	installSentences();
	const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });

	app.use(requestId, securityHeaders, accessLog(deps.log), hostGuard(deps.allowedHosts ?? loopbackHosts));
	app.use(compressed);
	// Before anything that refuses, so that refusals count too.
	if (deps.tracer !== undefined) app.use(traceRequests(deps.tracer));
	if (deps.metrics !== undefined) app.use(countRequests(deps.metrics));
	const limits = createRateLimits(deps.requestsPerMinute);
	app.use(limits.strangers);
	const authenticated = authenticate({ ...deps, limits });
	app.use('/v1/*', authenticated);
	if (deps.arm !== undefined) app.use(armFirst(deps.arm));

	const exporter = createExporter(deps.log);
	createSweepRoute(app, deps);
	listSweepsRoute(app, deps);
	getSweepRoute(app, deps);
	pauseSweepRoute(app, deps);
	resumeSweepRoute(app, deps);
	stopSweepRoute(app, deps);
	cancelSweepRoute(app, deps);
	retryFailedRoute(app, deps);
	extendSweepRoute(app, deps);
	deleteSweepRoute(app, deps);
	gateSweepRoute(app, deps);
	listTrialsRoute(app, deps, exporter);
	leaderboardRoute(app, deps, exporter);
	sweepMetricsRoute(app, deps, exporter);
	sharedLeaderboardRoute(app, deps);
	if (deps.streams !== false) sweepEventsRoute(app, deps, createSweepChannels(deps));
	getTrialRoute(app, deps);
	cancelTrialRoute(app, deps);
	retryTrialRoute(app, deps);
	listMetricsRoute(app, deps);
	listArtifactsRoute(app, deps);
	listBaselinesRoute(app, deps);
	setBaselineRoute(app, deps);
	getBaselineRoute(app, deps);
	deleteBaselineRoute(app, deps);
	createDatasetRoute(app, deps);
	listDatasetsRoute(app, deps);
	getDatasetContentRoute(app, deps);
	putDatasetPartRoute(app, deps);
	finalizeDatasetRoute(app, deps);
	deleteDatasetRoute(app, deps);
	listEnginesRoute(app, deps);
	createWebhookRoute(app, deps);
	listWebhooksRoute(app, deps);
	deleteWebhookRoute(app, deps);
	testWebhookRoute(app, deps);
	listWebhookDeliveriesRoute(app, deps);
	createTokenRoute(app, deps);
	listTokensRoute(app, deps);
	revokeTokenRoute(app, deps);
	createProjectRoute(app, deps);
	listProjectsRoute(app, deps);
	if (deps.lab !== undefined) labRoutes(app, deps.lab);
	healthRoutes(app, deps);
	if (deps.metrics !== undefined) metricsRoute(app, deps.metrics, authenticated);

	requireScopes(app);
	// Made when it is first asked for: a third of the time that the API takes to start.
	let description: object | undefined;
	app.get('/openapi.json', (c) => {
		description ??= openApiDocument(app);
		return c.json(description);
	});
	docsRoutes(app);
	if (deps.webDir !== undefined) app.use(webApp(deps.webDir));

	app.notFound((c) => {
		const methods = allowedMethods(app, c.req.path);
		if (methods.length === 0) return respondProblem(c, new BasinError('not_found', 'There is nothing at this path.'));
		c.header('Allow', methods.join(', '));
		const sentence = `${c.req.method} is not possible here; possible: ${methods.join(', ')}.`;
		return respondProblem(c, new BasinError('method_not_allowed', sentence));
	});
	app.onError((error, c) => {
		const told = toBasinError(error);
		if (told.code === 'internal' || told.code === 'unavailable') {
			deps.log.error('request failed', { requestId: c.get('requestId'), path: c.req.path, cause: causeOf(error) });
		}
		return respondProblem(c, told);
	});
	return app;
}
