// What the global setup hands to each test file.
export interface Provided {
  /** A database in which to create and drop others. */
  adminUrl: string;
  /** The database, migrated and empty, of which each test file gets a copy. */
  templateDatabase: string;
  temporalAddress: string;
  /** The bundled workflows; empty where that failed. */
  workflowBundlePath: string;
  /** Where each Muster that files share is noted: its process as the name, its folder inside. */
  stacksFolder: string;
}

declare module 'vitest' {
  export interface ProvidedContext extends Provided {}
}
