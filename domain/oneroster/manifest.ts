// The manifest of a OneRoster bundle: which files it has, and whether they hold everything or only what changed.
import { Refusal } from '../refusal.ts';

export const BUNDLE_FILES = ['users', 'orgs', 'roles', 'enrollments'] as const;
export type BundleFile = (typeof BUNDLE_FILES)[number];

export type Manifest = {
  /** Whether the users are all there are, or only those that changed since the bundle before. */
  users: 'bulk' | 'delta';
  /** Files that it says are not there, whatever the zip holds. */
  absent: ReadonlySet<BundleFile>;
};

/** What holds where a bundle has no manifest. */
export const NO_MANIFEST: Manifest = { users: 'bulk', absent: new Set() };

/** Reads the pairs of manifest.csv. Refuses one that says that there are no users. */
export function readManifest(pairs: ReadonlyMap<string, string>): Manifest {
  const modeOf = (file: BundleFile) => pairs.get(`file.${file}`)?.toLowerCase();
  const absent = new Set(BUNDLE_FILES.filter((file) => modeOf(file) === 'absent'));
  if (absent.has('users'))
    throw new Refusal(
      'missing-column',
      'The manifest says that the bundle has no users.csv (file.users is absent). Have the student system export users, and upload that bundle.',
    );
  return { users: modeOf('users') === 'delta' ? 'delta' : 'bulk', absent };
}

/** Refuses a sync by a bundle of changes: everybody who did not change would be taken for gone. */
export function refuseDeltaSync(manifest: Manifest, action: string): void {
  if (manifest.users !== 'delta' || action !== 'sync') return;
  throw new Refusal(
    'invalid',
    'This bundle holds only what changed (file.users is delta), and a sync would archive everybody else. Use create-or-update: users marked tobedeleted are archived by it. Or have a bulk bundle exported.',
  );
}
