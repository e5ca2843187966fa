import { fileURLToPath } from 'node:url';

const eventPath = (name: string) => fileURLToPath(new URL(`./events/${name}.json`, import.meta.url));

/** What a runner sets, as recorded from a hosted one, less what nothing here reads. */
const runner = {
	CI: 'true',
	GITHUB_ACTIONS: 'true',
	GITHUB_ACTOR: 'octocat',
	GITHUB_REPOSITORY: 'octo-org/models',
	GITHUB_REPOSITORY_OWNER: 'octo-org',
	GITHUB_SERVER_URL: 'https://github.com',
	GITHUB_SHA: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
	GITHUB_JOB: 'train',
	GITHUB_WORKFLOW: 'train',
	GITHUB_RUN_NUMBER: '7',
	GITHUB_RUN_ATTEMPT: '1',
	RUNNER_OS: 'Linux',
	RUNNER_NAME: 'Hosted Agent',
};

export const pullRequestRun = {
	...runner,
	GITHUB_EVENT_NAME: 'pull_request',
	GITHUB_EVENT_PATH: eventPath('pull-request'),
	GITHUB_REF: 'refs/pull/42/merge',
	GITHUB_HEAD_REF: 'wider',
	GITHUB_BASE_REF: 'main',
};

export const pushRun = {
	...runner,
	GITHUB_EVENT_NAME: 'push',
	GITHUB_EVENT_PATH: eventPath('push'),
	GITHUB_REF: 'refs/heads/main',
};

/** The inputs as action.yml hands them over: an input without a value is an empty text. */
export const defaultInputs = {
	INPUT_TOKEN: '',
	INPUT_BASELINE: 'main',
	INPUT_AGAINST: '',
	INPUT_METRICS: 'valAccuracy max-drop 0.005\n',
	INPUT_COMPARE: 'best',
	INPUT_ALPHA: '0.05',
	INPUT_INCONCLUSIVE: 'pass',
	INPUT_MISSING_BASELINE: 'pass',
	INPUT_SET_BASELINE: '',
	INPUT_TIMEOUT: '60m',
	INPUT_COMMENT: 'true',
	INPUT_GITHUB_TOKEN: 'ghs_recorded',
	INPUT_REPORTS: 'basin-reports',
};
