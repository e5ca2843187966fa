/** Takes the lock of the file that its first argument names, says whether it has it, and holds it until it is killed. */
import { lockHome } from '../lock.ts';

try {
	lockHome(process.argv[2]!, '/somewhere').describe(`process ${process.pid}`);
	console.log('taken');
	setInterval(() => undefined, 60_000);
} catch (error) {
	console.log((error as Error).message);
}
