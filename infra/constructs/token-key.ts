import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * What tokens are stored and recognised by, made once with the stack. It lets nobody in: a token counts only where its row is in the
 * database. So it is given to functions as a variable, which their first request need not wait for.
 */
export class TokenKey extends Construct {
	/** Resolved by CloudFormation; the template names the secret only. */
	readonly value: string;

	constructor(scope: Construct, id: string) {
		super(scope, id);
		const secret = new Secret(this, 'Secret', {
			description: 'Basin: what access tokens are recognised by; another one makes all tokens worthless',
			generateSecretString: { passwordLength: 64, excludePunctuation: true },
			removalPolicy: RemovalPolicy.DESTROY,
		});
		this.value = secret.secretValue.unsafeUnwrap();
		Validations.of(secret).acknowledge({
			id: 'AwsSolutions-SMG4',
			reason: 'Changed by itself it would make every token worthless; tokens expire and can be revoked.',
		});
	}
}
