import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { metricsNamespace, metricUnits } from '@basin/core/contracts/metrics.ts';
import { type Json, resourcesOf, theResource } from '../testing/synthesize.ts';
import { dev, prod } from './templates.ts';

const alarms = resourcesOf(prod, 'AWS::CloudWatch::Alarm');
const runbook = readFileSync(new URL('../runbook.md', import.meta.url), 'utf8');
const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, text]) => text!.toLowerCase().replaceAll(' ', '-'));

test('every alarm names its heading in the runbook, every heading has its alarm, and somebody is told', () => {
	const link = /infra\/runbook\.md#([a-z-]+)$/;
	const named = alarms.map(([, { Properties }]) => link.exec(Properties.AlarmDescription)?.[1] ?? '');
	assert.deepEqual(named.toSorted(), headings.toSorted());
	for (const [id, { Properties }] of alarms) {
		assert.equal(Properties.AlarmActions.length, 1, id);
		assert.equal(Properties.TreatMissingData, 'notBreaching', `${id}: an idle stack measures nothing`);
	}
	assert.equal(theResource(prod, 'AWS::SNS::Subscription').Properties.Endpoint, 'owner@example.com');
});

test('an alarm of Basin’s own metrics looks at one that the tick leaves behind, of its own stage', () => {
	const metrics = alarms.flatMap(([, { Properties }]) => [
		Properties,
		...(Properties.Metrics ?? []).flatMap(({ MetricStat }: Json) => (MetricStat ? [MetricStat.Metric] : [])),
	]);
	const ours = metrics.filter(({ Namespace }) => Namespace === metricsNamespace);
	assert.ok(ours.length >= 4);
	for (const { MetricName, Dimensions } of ours) {
		assert.ok(MetricName in metricUnits, MetricName);
		assert.deepEqual(Dimensions, [{ Name: 'stage', Value: 'prod' }]);
	}
	const { Variables } = theResource(prod, 'AWS::Lambda::Function', 'TickFunction').Properties.Environment;
	assert.equal(Variables.BASIN_STAGE, 'prod');
});

test('whoever is to hear of alarms hears of money too: at 80 and 100 per cent, and when a forecast says so', () => {
	const { Budget, NotificationsWithSubscribers } = theResource(prod, 'AWS::Budgets::Budget').Properties;
	assert.deepEqual(Budget.BudgetLimit, { Amount: 50, Unit: 'USD' });
	const notices = NotificationsWithSubscribers.map(({ Notification }: Json) => [
		Notification.NotificationType,
		Notification.Threshold,
	]);
	assert.deepEqual(notices, [
		['ACTUAL', 80],
		['ACTUAL', 100],
		['FORECASTED', 100],
	]);
	assert.deepEqual(resourcesOf(dev, 'AWS::Budgets::Budget'), [], 'without an address nobody could be told');
});
