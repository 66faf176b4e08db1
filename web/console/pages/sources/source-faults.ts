// What is wrong with the form of a source before anything is sent: what is missing, and what is not written as it has to be.
import type { Source } from '../../../../api/wire-sources.ts';
import type { Language } from '../../../../domain/language.ts';
import { scheduleFaults } from '../../../../domain/sources/schedule.ts';
import type { askedOf } from './source-asked.ts';
import type { formWords } from './source-form-words.ts';

export type FormFault = { path: string; message: string };
type Words = (typeof formWords)['en'];
type Asked = ReturnType<typeof askedOf>;

const SUFFIX = /^[^/\\\s*?[\]{}]{1,40}$/;

/** Those of the place and of the files: what a test of the way there takes. */
export function placeFaults({ place, parts, readiness, rowCount }: Asked, said: Words): FormFault[] {
  const faults: FormFault[] = [];
  const add = (path: string, message: string) => faults.push({ path, message });
  const needs = (path: string, text: string, pattern?: RegExp, wrong?: string) => {
    if (text.trim() === '') add(path, said.needed);
    else if (pattern && wrong && !pattern.test(text)) add(path, wrong);
  };
  if (place.kind === 'directory') needs('place.path', place.path);
  if (place.kind === 'sftp') {
    needs('place.host', place.host, /^[^\s/@?#]+$/, said.notHost);
    needs('place.user', place.user);
    if (place.hostKeys?.some((key) => !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(key)))
      add('place.hostKeys', said.notHostKey);
  }
  if (place.kind === 'https') {
    needs('place.url', place.url);
    if (place.authHeader && !/^[A-Za-z0-9-]{1,100}$/.test(place.authHeader))
      add('place.authHeader', said.notHeader);
    if (place.authority && !place.authority.includes('-----BEGIN CERTIFICATE-----'))
      add('place.authority', said.notAuthority);
  }
  if (place.kind === 's3') {
    needs('place.bucket', place.bucket, /^[A-Za-z0-9._-]{3,255}$/, said.notBucket);
    needs('place.region', place.region ?? '', /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, said.notRegion);
  }
  if (parts.some(({ patterns }) => patterns.length === 0)) add('parts.0.patterns', said.needed);
  if (readiness.kind === 'marker') needs('readiness', readiness.suffix, SUFFIX, said.notSuffix);
  if (rowCount?.kind === 'trailer') needs('rowCount', rowCount.word, /^[^,;|\t\r\n"]+$/, said.notWord);
  if (rowCount?.kind === 'file') needs('rowCount', rowCount.suffix, SUFFIX, said.notSuffix);
  return faults;
}

/** All of them. */
export function formFaults(asked: Asked, said: Words, language: Language): FormFault[] {
  const schedule = asked.schedule as Source['schedule'];
  return [
    ...(asked.name.trim() === '' ? [{ path: 'name', message: said.needed }] : []),
    ...placeFaults(asked, said),
    ...scheduleFaults(schedule, language).map(({ path, message }) => ({ path: `schedule.${path}`, message })),
  ];
}
