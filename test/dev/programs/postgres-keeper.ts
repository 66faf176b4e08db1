// Starts Postgres on the folder it is given, says its pid and url, and waits to be killed.
import { startPostgres } from '../../../dev/postgres.ts';

const { pid, url } = await startPostgres({ dataDir: process.argv[2] ?? '', settings: { fsync: 'off' } });
console.log(`pid ${pid}`);
console.log(`url ${url}`);
setInterval(() => {}, 1000);
