/** What schemathesis is told beside the description: ids that exist, and what a schema cannot say. */
export function settingsOf(ids: Readonly<Record<string, readonly string[]>>): string {
	const dictionaries = Object.entries(ids).map(
		([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`,
	);
	// Half of the time: the rest are ids that nobody has, and ids that are none.
	const bind = (name: string) => `{ dictionary = "${name}", probability = 0.5 }`;
	return `
continue-on-failure = true
request-timeout = 20
# Who reads the answer of a stream waits for its end.
max-stream-events = 5

[parameters]
"path.sweepId" = ${bind('sweeps')}
"path.trialId" = ${bind('trials')}
"path.datasetId" = ${bind('datasets')}
"path.webhookId" = ${bind('webhooks')}
"path.name" = ${bind('names')}
"path.runId" = ${bind('runs')}
"body.experiment" = ${bind('experiments')}
"body.sweepId" = ${bind('sweeps')}
"body.against" = ${bind('sweeps')}
"body.baseline" = ${bind('names')}

# Valid by its schema, and still refused: 422 says what else makes a sweep valid, 413 that it is over 64 KiB.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422"]

# A body of ten thousand places is refused for its size before anything in it is looked at.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422"]

# A cursor is opaque, and one that the list did not hand out is a 400; so is a part of another size than was announced.
[[operations]]
include-operation-id = ["listSweeps", "listTrials", "listBaselines", "listWebhookDeliveries", "getLeaderboard", "getSharedLeaderboard", "putDatasetPart"]
checks.positive_data_acceptance = { expected-statuses = ["2xx", "400", "401", "403", "404", "409", "413", "422"] }

${dictionaries.join('\n')}`;
}
