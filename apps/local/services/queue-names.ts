/** Where the queue puts messages that no worker could answer. */
export function deadLetterNameOf(queueName: string): string {
	return `${queueName}-dead-letters`;
}
