import { DisableRuleCommand, EnableRuleCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { TickSchedule } from '../arming.ts';

/** The tick's schedule as a rule of EventBridge on the default bus. Both calls are idempotent. */
export function createTickRule({ events, rule }: { events: EventBridgeClient; rule: string }): TickSchedule {
	return {
		enable: async () => void (await events.send(new EnableRuleCommand({ Name: rule }))),
		disable: async () => void (await events.send(new DisableRuleCommand({ Name: rule }))),
	};
}
