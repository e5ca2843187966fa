/**
 * What the stack promises, by its template. One file, since loading CDK and checking a stack takes most of the time: cdk-nag's AwsSolutions
 * runs with every synthesis, and what nobody accepted with a reason ends it.
 */
import './guarantees/addresses.ts';
import './guarantees/alarms.ts';
import './guarantees/environment.ts';
import './guarantees/image.ts';
import './guarantees/permissions.ts';
import './guarantees/scaling.ts';
import './guarantees/storage.ts';
import './guarantees/times.ts';
