// How the admin wants the console, for all of their browsers.
import { findProfile, saveProfile } from '../../db/queries/profiles.ts';
import type { ApiDeps } from '../deps.ts';
import { type Route, route } from '../route.ts';
import { type Profile, profilePatchSchema, profileSchema } from '../wire-sign-in.ts';

const UNSAID: Profile = { language: null, colorScheme: null, hasSingleKeys: true };

export function profileRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/session/profile',
      tag: 'session',
      summary: 'How you want the console',
      replies: { 200: { description: 'Your profile', schema: profileSchema } },
      handle: async ({ admin }) => ({
        status: 200,
        body: (await findProfile(db, admin.personId)) ?? UNSAID,
      }),
    }),
    route({
      method: 'patch',
      path: '/v1/session/profile',
      audit: { what: 'profile.updated', details: ({ body }) => ({ fields: Object.keys(body) }) },
      tag: 'session',
      summary: 'Change how you want the console',
      description: 'What is left out stays as it is.',
      body: profilePatchSchema,
      replies: { 200: { description: 'Your profile', schema: profileSchema } },
      handle: async ({ admin, body }) => ({
        status: 200,
        body: await saveProfile(db, admin.personId, body),
      }),
    }),
  ];
}
