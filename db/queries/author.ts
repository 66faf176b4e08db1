// Whose doing a change is, as history and proofs name it.

/** The admin who makes a change, or started the run that does; null where there is none. */
export type Author = { byPersonId: number | null; bulkActionId: string | null };
