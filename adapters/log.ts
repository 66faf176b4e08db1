// The log: JSON in production, lines for eyes elsewhere; no secrets, no personal data.
import type { Logger as TemporalLogger } from '@temporalio/common';
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { tellable } from './tellable-error.ts';

export type Log = Logger;

export type LogSettings = {
  /** The least level that is written: trace, debug, info, warn, error, fatal or silent. */
  level: string;
  /** One JSON object per line; otherwise a line that people read. */
  isJson: boolean;
};

/** Never written, wherever they stand in what is logged: nothing should log them, and a slip must not show them. */
const SECRET_KEYS = ['password', 'authorization', 'cookie', 'set-cookie', 'apiKey', 'token', 'secret', 'to'];
const PATHS = SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

/**
 * Opens a process's log. `name` tells the processes apart: `worker`, `api`.
 * `destination` is for tests; it is standard output otherwise.
 */
export function openLog(name: string, settings: LogSettings, destination?: DestinationStream): Log {
  const options = {
    name,
    level: settings.level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: PATHS, censor: '[secret]' },
    serializers: { err: (error: unknown) => stdSerializers.err(tellable(error)) },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const output = destination ?? pino.destination(1);
  return pino(options, settings.isJson ? output : readable(output));
}

/** Turns each JSON line into `12:00:01 INFO worker: message · key=value`. */
function readable(output: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { time, level, name, msg, pid: _pid, hostname: _host, err, ...rest } = JSON.parse(line);
      const facts = Object.entries(rest).map(([key, value]) => `${key}=${inWords(value)}`);
      const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase()} ${name}:`;
      const stack = err?.stack ? `\n${err.stack}` : '';
      output.write(`${[[head, msg ?? ''].join(' '), ...facts].join(' · ')}${stack}\n`);
    },
  };
}

const inWords = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Facts that Temporal hangs on its lines and nobody reads twice. */
const NOISE = new Set([
  'sdkComponent',
  'taskQueue',
  'namespace',
  'isLocal',
  'taskToken',
  'workflowRunId',
  'logTimestamp',
  'logSpan',
]);

/** Lets the lines of Temporal's runtime, workflows and activities join the log. For `Runtime.install`. */
export function temporalLogger(log: Log): TemporalLogger {
  const write = (
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error',
    message: string,
    meta: object = {},
  ) => {
    const { error, ...facts } = meta as { error?: unknown };
    const told = Object.fromEntries(Object.entries(facts).filter(([key]) => !NOISE.has(key)));
    log[level](error === undefined ? told : { ...told, err: error }, message);
  };
  return {
    log: (level, message, meta) => write(level.toLowerCase() as Parameters<typeof write>[0], message, meta),
    trace: (message, meta) => write('trace', message, meta),
    debug: (message, meta) => write('debug', message, meta),
    info: (message, meta) => write('info', message, meta),
    warn: (message, meta) => write('warn', message, meta),
    error: (message, meta) => write('error', message, meta),
  };
}
