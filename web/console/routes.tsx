// Every address of the console and the page behind it. Pages are loaded when they are first gone to.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { queryClient } from './client/query-client.ts';
import { sessionQuery } from './client/session.ts';
import { sitesQuery } from './client/sites.ts';
import { maySeeSites } from './context/site.ts';
import { BrokenPage } from './frame/broken.tsx';
import { Frame } from './frame/frame.tsx';
import NotFoundPage from './frame/not-found.tsx';
import { PendingPage } from './frame/pending.tsx';

type Words = Record<string, unknown>;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value)
    ? value.filter((one) => typeof one === 'string')
    : text(value)
      ? [String(value)]
      : undefined;

const rootRoute = createRootRoute({
  /** The site of the page stays in the address from page to page, so that a link leads others to the same. */
  validateSearch: (search: Words): { site?: number } => {
    const site = Number(search['site']);
    return Number.isInteger(site) && site > 0 ? { site } : {};
  },
  search: { middlewares: [retainSearchParams(['site'])] },
  notFoundComponent: NotFoundPage,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Words): { next?: string; problem?: string } => ({
    ...(text(search['next']) && { next: String(search['next']) }),
    ...(text(search['problem']) && { problem: String(search['problem']) }),
  }),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in.tsx')),
});

const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: Frame,
  // Until it is known whether somebody is signed in, there is nothing to frame.
  pendingComponent: () => null,
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(sessionQuery);
    if (!me) throw redirect({ to: '/sign-in', search: { next: location.href } });
    // Every page has a site: known from the start, it moves nothing when it comes. Who may see none goes on without.
    if (maySeeSites(me) && !queryClient.getQueryState(sitesQuery.queryKey))
      await queryClient.prefetchQuery(sitesQuery);
  },
});

const page = <Path extends string>(path: Path, load: Parameters<typeof lazyRouteComponent>[0]) =>
  createRoute({ getParentRoute: () => frameRoute, path, component: lazyRouteComponent(load) });

/** The frame's sidebar is folded where a wizard needs the room. */
const step = <Path extends string>(path: Path, load: Parameters<typeof lazyRouteComponent>[0]) =>
  createRoute({
    getParentRoute: () => frameRoute,
    path,
    component: lazyRouteComponent(load),
    staticData: { isFolded: true },
  });

export type PeopleSearch = { view?: string; filter?: string[]; sort?: string; columns?: string };
const peopleRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/people',
  validateSearch: (search: Words): PeopleSearch => ({
    ...(text(search['view']) && { view: String(search['view']) }),
    ...(texts(search['filter']) && { filter: texts(search['filter']) ?? [] }),
    ...(text(search['sort']) && { sort: String(search['sort']) }),
    ...(text(search['columns']) && { columns: String(search['columns']) }),
  }),
  component: lazyRouteComponent(() => import('./pages/people/people-list.tsx')),
});

const withWords =
  <Names extends string>(...names: readonly Names[]) =>
  (search: Words): Partial<Record<Names, string>> => {
    const said: Partial<Record<Names, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (value !== undefined && value !== '') said[name] = String(value);
    }
    return said;
  };

const searching = <Path extends string, Names extends string>(
  path: Path,
  load: Parameters<typeof lazyRouteComponent>[0],
  ...names: readonly Names[]
) =>
  createRoute({
    getParentRoute: () => frameRoute,
    path,
    validateSearch: withWords(...names),
    component: lazyRouteComponent(load),
  });

const previewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/import/$draft/preview',
  validateSearch: withWords('plan', 'problem', 'changed', 'show'),
  component: lazyRouteComponent(() => import('./pages/imports/preview.tsx')),
  staticData: { isFolded: true },
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  frameRoute.addChildren([
    page('/', () => import('./pages/home/home.tsx')),
    peopleRoute,
    page('/people/new', () => import('./pages/people/new-person.tsx')),
    searching('/people/$id', () => import('./pages/people/person.tsx'), 'history', 'edit'),
    searching('/roles', () => import('./pages/roles/change-roles.tsx'), 'selection', 'run'),
    page('/import', () => import('./pages/imports/imports.tsx')),
    step('/import/$draft/upload', () => import('./pages/imports/upload.tsx')),
    step('/import/$draft/configure', () => import('./pages/imports/configure.tsx')),
    previewRoute,
    step('/import/$draft/run', () => import('./pages/imports/wizard-run.tsx')),
    searching('/runs', () => import('./pages/runs/runs.tsx'), 'state', 'kind'),
    page('/runs/$id', () => import('./pages/runs/run.tsx')),
    searching('/runs/$id/rows', () => import('./pages/runs/run-rows.tsx'), 'outcome', 'problem', 'field'),
    page('/approvals', () => import('./pages/approvals/approvals.tsx')),
    page('/approvals/$id', () => import('./pages/approvals/approval.tsx')),
    searching('/photos', () => import('./pages/photos/photos.tsx'), 'state', 'photo'),
    createRoute({
      getParentRoute: () => frameRoute,
      path: '/photos/zip',
      validateSearch: withWords('file', 'run'),
      component: lazyRouteComponent(() => import('./pages/photos/photo-zip.tsx')),
      staticData: { isFolded: true },
    }),
    searching('/cards', () => import('./pages/cards/cards.tsx'), 'status', 'run'),
    page('/sources', () => import('./pages/sources/sources.tsx')),
    searching('/sources/$id', () => import('./pages/sources/source.tsx'), 'edit'),
    searching(
      '/audit',
      () => import('./pages/audit/audit.tsx'),
      'what',
      'by',
      'from',
      'to',
      'run',
      'subject',
      'subjectId',
    ),
    page('/settings', () => import('./pages/settings/settings.tsx')),
    page('/settings/$section', () => import('./pages/settings/settings.tsx')),
    page('/settings/$section/$id', () => import('./pages/settings/settings.tsx')),
    createRoute({ getParentRoute: () => frameRoute, path: '/$', component: NotFoundPage }),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: BrokenPage,
  defaultPendingComponent: PendingPage,
  defaultPendingMs: 200,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    isFolded?: boolean;
  }
}
