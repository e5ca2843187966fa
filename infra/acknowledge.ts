import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts permissions with a wildcard, by cdk-nag's names for them (`Action::s3:List*`, `Resource::*`), in what `scope` holds. Any other
 * wildcard still fails the synthesis.
 */
export function acknowledgeWildcards(scope: IConstruct, reason: string, findings: readonly string[]): void {
	Validations.of(scope).acknowledge(...findings.map((finding) => ({ id: `AwsSolutions-IAM5[${finding}]`, reason })));
}

/** Accepts one of AWS's own policies. */
export function acknowledgeManagedPolicy(scope: IConstruct, reason: string, policy: string): void {
	const id = `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${policy}]`;
	Validations.of(scope).acknowledge({ id, reason });
}

/** How cdk-nag writes the ARN of a resource of the stack. */
export function arnIn(construct: IConstruct): string {
	return `<${Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement)}.Arn>`;
}
