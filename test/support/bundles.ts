// OneRoster bundles for tests, as student systems make them: 1.1 with orgs at the user, 1.2 with roles beside it.
import { makeZip } from './zips.ts';

type Line = string;

/** A bundle of these files, each with its header. */
export const bundle = (files: Readonly<Record<string, readonly Line[]>>): Buffer =>
  makeZip(
    Object.entries(files).map(([name, lines]) => ({
      name: `${name}.csv`,
      content: `${lines.join('\r\n')}\r\n`,
    })),
  );

export const ORGS = 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId';
export const USERS_1_1 =
  'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password';
export const USERS_1_2 =
  'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceId,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns';
export const ROLES =
  'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId';
export const ENROLLMENTS =
  'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate';

/** A district with two schools, one of which has a department with a team inside. */
export const DISTRICT = [
  ORGS,
  'd1,,,Lake District,district,,',
  's1,,,North School,school,,d1',
  's2,,,South School,school,,d1',
  'p1,,,Science,department,,s1',
  'p2,,,Physics,department,,p1',
  's9,tobedeleted,,Closed School,school,,d1',
];

export type TestUser = {
  id: string;
  orgs?: string;
  role?: string;
  status?: string;
  password?: string;
  number?: string;
};

/** A line of users.csv by 1.1. */
export const user11 = ({
  id,
  orgs = 's1',
  role = 'student',
  status = '',
  password = '',
  number = '',
}: TestUser): Line =>
  `${id},${status},,true,"${orgs}",${role},${id}.user,,Given ${id},Family ${id},,${number},${id}@example.org,,,,"09,10",${password}`;

/** The same by 1.2; `orgs` is the primary one. */
export const user12 = ({ id, orgs = '', status = '' }: TestUser): Line =>
  `${id},${status},,true,${id}.user,,Given ${id},Family ${id},,,${id}@example.org,,,,,,,,,,,${orgs},`;
