// The environment: what is read from it, what is refused, and that its documentation says the same.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI_VARIABLES, ConfigError, type ConfigFault, readConfig } from '../config.ts';
import { SETTINGS } from '../config-settings.ts';

const LEAST = {
  DATABASE_URL: 'postgres://muster:secret@localhost:5432/muster',
  TEMPORAL_ADDRESS: 'localhost:7233',
  SMTP_URL: 'smtp://localhost:1025',
  MAIL_FROM: 'Muster <muster@example.org>',
  FILES_URL: 'file:///tmp/files',
};

function faultsOf(env: Record<string, string>): readonly ConfigFault[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('reading', () => {
  test('needs five variables and has a default for the rest', () => {
    const config = readConfig(LEAST);
    expect(config.temporal).toEqual({
      address: 'localhost:7233',
      namespace: 'default',
      tls: null,
      apiKey: null,
      uiUrl: null,
    });
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 3000,
      trustProxy: 0,
      uploadBytesMax: 268_435_456,
      devMailDir: null,
    });
    expect(config.publicUrl).toBe('http://127.0.0.1:3000');
    expect(config.worker).toEqual({ chunkRows: 5000, lanes: 2, activitiesMax: 20 });
    expect(config.log).toEqual({ level: 'info', isJson: false });
    expect(config.resultsDays).toBe(30);
    expect(config.shutdownGraceMs).toBe(30_000);
  });

  test('takes a variable that is set to nothing for unset', () => {
    expect(readConfig({ ...LEAST, PORT: '', METRICS_PORT: ' ' }).http.port).toBe(3000);
  });

  test.each([
    ['256MB', 268_435_456],
    ['5 mb', 5_242_880],
    ['1GB', 2 ** 30],
    ['4096', 4096],
    ['12KB', 12_288],
  ])('reads %s as %i bytes', (given, bytes) => {
    expect(readConfig({ ...LEAST, UPLOAD_BYTES_MAX: given }).http.uploadBytesMax).toBe(bytes);
  });

  test('speaks TLS with Temporal as soon as an API key or a server name is set', () => {
    expect(readConfig({ ...LEAST, TEMPORAL_API_KEY: 'key' }).temporal.tls).not.toBeNull();
    expect(readConfig({ ...LEAST, TEMPORAL_TLS_SERVER_NAME: 'a.example' }).temporal.tls).toMatchObject({
      serverName: 'a.example',
    });
    expect(readConfig({ ...LEAST, TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: 'key' }).temporal.tls).toBeNull();
  });

  test('counts proxies or names them', () => {
    expect(readConfig({ ...LEAST, TRUST_PROXY: '2' }).http.trustProxy).toBe(2);
    expect(readConfig({ ...LEAST, TRUST_PROXY: 'loopback, 10.0.0.0/8' }).http.trustProxy).toEqual([
      'loopback',
      '10.0.0.0/8',
    ]);
  });

  test('names the folders and networks that sources may take files from, none unless they are set', () => {
    expect(readConfig(LEAST).sources).toEqual({ allowedNetworks: [], directories: [] });
    const given = { SOURCE_DIRECTORIES: '/srv/in, /mnt/two words', SOURCE_ALLOWED_NETWORKS: '10.0.0.0/8' };
    const { directories, allowedNetworks } = readConfig({ ...LEAST, ...given }).sources;
    expect([directories, allowedNetworks.length]).toEqual([['/srv/in', '/mnt/two words'], 1]);
    expect(faultsOf({ ...LEAST, SOURCE_DIRECTORIES: '/srv/in,relative' })).toMatchObject([
      { name: 'SOURCE_DIRECTORIES', problem: expect.stringContaining('from the root') },
    ]);
  });

  test('takes an identity provider whole, its secret from the variable or from a file, or not at all', () => {
    const given = { OIDC_ISSUER: 'https://login.example.org', OIDC_CLIENT_ID: 'muster' };
    expect(readConfig(LEAST).oidc).toBeNull();
    expect(readConfig({ ...LEAST, ...given, OIDC_CLIENT_SECRET: 's' }).oidc).toEqual({
      issuer: 'https://login.example.org',
      clientId: 'muster',
      clientSecret: 's',
      scopes: 'openid email profile',
      name: 'login.example.org',
    });
    const file = join(mkdtempSync(join(tmpdir(), 'muster-config-')), 'secret');
    writeFileSync(file, 'from a file\n');
    const { oidc } = readConfig({ ...LEAST, ...given, OIDC_CLIENT_SECRET_FILE: file, OIDC_NAME: 'Login' });
    expect(oidc).toMatchObject({ clientSecret: 'from a file', name: 'Login' });
    rmSync(dirname(file), { recursive: true });
    expect(faultsOf({ ...LEAST, ...given }).map(({ name }) => name)).toEqual(['OIDC_CLIENT_SECRET']);
    expect(faultsOf({ ...LEAST, OIDC_NAME: 'x' }).map(({ name }) => name)).toEqual(['OIDC_ISSUER']);
    expect(faultsOf({ ...LEAST, OIDC_SCOPES: 'openid' }).map(({ name }) => name)).toEqual([
      'OIDC_SCOPES',
      'OIDC_ISSUER',
    ]);
  });

  test('reads keys for secrets, the first in front, from the variable or from a file', () => {
    const [one, two] = ['1', '2'].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    expect(readConfig(LEAST).secrets).toBeNull();
    const { secrets } = readConfig({ ...LEAST, SECRETS_KEYS: `new:${one}, old:${two}` });
    expect(secrets?.map(({ id, key }) => [id, key.toString()])).toEqual([
      ['new', '1'.repeat(32)],
      ['old', '2'.repeat(32)],
    ]);
    const file = join(mkdtempSync(join(tmpdir(), 'muster-config-')), 'keys');
    writeFileSync(file, `new:${one}\nold:${two}\n`);
    expect(readConfig({ ...LEAST, SECRETS_KEYS_FILE: file }).secrets).toEqual(secrets);
    rmSync(dirname(file), { recursive: true });
  });

  test.each([
    ['too short', 'a:c2hvcnQ='],
    ['without an id', Buffer.alloc(32).toString('base64')],
    [
      'with an id twice',
      `a:${Buffer.alloc(32).toString('base64')},a:${Buffer.alloc(32, 1).toString('base64')}`,
    ],
  ])('refuses a key %s, and does not repeat it', (_name, given) => {
    const [fault] = faultsOf({ ...LEAST, SECRETS_KEYS: given });
    expect(fault).toMatchObject({ name: 'SECRETS_KEYS', problem: expect.stringContaining('32 bytes') });
    expect(JSON.stringify(fault)).not.toContain(given);
    const both = { SECRETS_KEYS: `a:${Buffer.alloc(32).toString('base64')}`, SECRETS_KEYS_FILE: '/dev/null' };
    expect(faultsOf({ ...LEAST, ...both }).map(({ name }) => name)).toContain('SECRETS_KEYS_FILE');
  });

  test('takes slashes off the end of addresses that links are made from', () => {
    expect(readConfig({ ...LEAST, PUBLIC_URL: 'https://a.example/muster/' }).publicUrl).toBe(
      'https://a.example/muster',
    );
  });
});

describe('refusing', () => {
  test('names every fault at once', () => {
    const faults = faultsOf({
      TEMPORAL_ADDRESS: 'http://localhost',
      PORT: '70000',
      UPLOAD_BYTES_MAX: 'much',
      TEMPORAL_TLS_CERT: '/no/such/file',
      TRUST_PROXY: 'true',
      LOG_LEVEL: 'loud',
      MUSTER_DEV_MAILDIR: 'x',
    });
    expect(faults.map((fault) => fault.name).toSorted()).toEqual([
      'DATABASE_URL',
      'FILES_URL',
      'LOG_LEVEL',
      'MAIL_FROM',
      'MUSTER_DEV_MAILDIR',
      'PORT',
      'SMTP_URL',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_TLS_CERT',
      'TEMPORAL_TLS_KEY',
      'TRUST_PROXY',
      'UPLOAD_BYTES_MAX',
    ]);
  });

  test('says what is wrong and gives an example, a line for each', () => {
    const { DATABASE_URL: _, ...env } = LEAST;
    expect(() => readConfig({ ...env, PORT: 'x' })).toThrow(
      [
        '2 settings need you:',
        '  DATABASE_URL is missing. Example: DATABASE_URL=postgres://muster:secret@localhost:5432/muster',
        '  PORT must be a whole number from 0 to 65535. Example: PORT=3000',
        'docs/configuration.md and .env.example explain each setting.',
      ].join('\n'),
    );
  });

  test('prints no value, for it may be a secret', () => {
    const wrong = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, 'hunter2//']));
    const error = (() => {
      try {
        return readConfig(wrong);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  test.each([
    ['MUSTER_DEV_MAIL_DIRS', 'MUSTER_DEV_MAIL_DIR'],
    ['MUSTER_URI', 'MUSTER_URL'],
    ['MUSTER_DATABASE_URL', 'DATABASE_URL'],
    ['MUSTER_PORT', 'PORT'],
  ])('asks whether %s was meant to be %s', (given, meant) => {
    expect(faultsOf({ ...LEAST, [given]: 'x' })).toEqual([
      { name: given, problem: `is no setting; did you mean ${meant}?`, example: null },
    ]);
  });

  test('knows the variables of the command line', () => {
    const cli = Object.fromEntries(CLI_VARIABLES.map((name) => [name, 'x']));
    expect(faultsOf({ ...LEAST, ...cli })).toEqual([]);
  });

  test('wants a certificate and its key together, and no certificate without TLS', () => {
    const file = new URL(import.meta.url).pathname;
    expect(faultsOf({ ...LEAST, TEMPORAL_TLS_CERT: file }).map((fault) => fault.name)).toEqual([
      'TEMPORAL_TLS_KEY',
    ]);
    expect(
      faultsOf({ ...LEAST, TEMPORAL_TLS: 'false', TEMPORAL_TLS_CA: file }).map((fault) => fault.name),
    ).toEqual(['TEMPORAL_TLS']);
  });

  test('wants to know in production where its links lead', () => {
    expect(faultsOf({ ...LEAST, NODE_ENV: 'production' }).map((fault) => fault.name)).toEqual(['PUBLIC_URL']);
    expect(faultsOf({ ...LEAST, NODE_ENV: 'production', PUBLIC_URL: 'https://a.example' })).toEqual([]);
  });
});

describe('its documentation', () => {
  const names = Object.keys(SETTINGS).toSorted();

  test('.env.example lists each variable with its meaning and its default', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const listed = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
    expect(listed.toSorted()).toEqual(names);
    for (const [name, setting] of Object.entries(SETTINGS)) {
      expect(example).toContain(
        `# ${setting.means}\n${setting.isRequired ? '' : '# '}${name}=${setting.example}\n`,
      );
    }
  });

  test('docs/configuration.md has a row for each variable', () => {
    const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    for (const [name, setting] of Object.entries(SETTINGS)) {
      const standing =
        'fallback' in setting ? `\`${setting.fallback}\`` : setting.isRequired ? '**required**' : '';
      expect(page).toContain(`| \`${name}\` | ${standing} | ${setting.means} |`);
    }
    const rows = [...page.matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(rows.toSorted()).toEqual([...names, ...CLI_VARIABLES].toSorted());
  });
});
