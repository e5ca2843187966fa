import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';

/** What RDS keeps in the secret of a database's owner, of which the password is needed. */
const DatabaseSecret = z.object({ password: z.string() });

/** Reads the password of the schema's owner. @throws when the secret cannot be read, or is none of a database */
export async function readDatabasePassword(input: { secretArn: string; region: string }): Promise<string> {
	const client = new SecretsManagerClient({ region: input.region });
	try {
		const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: input.secretArn }));
		return DatabaseSecret.parse(JSON.parse(SecretString ?? '')).password;
	} finally {
		client.destroy();
	}
}
