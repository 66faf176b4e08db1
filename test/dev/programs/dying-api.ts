// An API that dies, as by a power cut, the moment it has written a person: before it can say or note so.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SQLWrapper } from 'drizzle-orm';
import { openLog } from '../../../adapters/log.ts';
import { createApp } from '../../../api/app.ts';
import type { ApiDeps } from '../../../api/deps.ts';
import { type Database, openDb } from '../../../db/client.ts';

const db = openDb(process.argv[2] ?? '', { poolMax: 2 });
const execute = db.execute.bind(db);
const deadly = async (statement: SQLWrapper) => {
  const result = await execute(statement);
  if (JSON.stringify(statement).includes('insert into person ')) process.kill(process.pid, 'SIGKILL');
  return result;
};
const deps = {
  db: new Proxy(db, {
    get: (target, key) => (key === 'execute' ? deadly : Reflect.get(target, key)),
  }) as Database,
  log: openLog('api', { level: 'silent', isJson: true }),
  metrics: { observeRequest: () => {} },
  clock: () => new Date(),
  publicUrl: 'http://muster.test',
  uploadBytesMax: 1024,
  zipBytesMax: 1024,
  photos: { bytesMax: 1024, pixelsMax: 1 },
  cardholderPhotos: { bytesMax: 1024, pixelsMax: 1 },
} as unknown as ApiDeps;

const server = createServer(createApp(deps));
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
