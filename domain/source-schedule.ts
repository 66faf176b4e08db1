// When a source looks for files: its clock, and the hours in which none of its runs may start.

/** Hours of the day, `HH:MM`, until before the second; over midnight where that is the earlier one. */
export type BlackoutHours = {
  from: string;
  until: string;
  /** Days on which they begin, 0 for Sunday; null for all. */
  days: readonly number[] | null;
};

export type SourceSchedule = {
  /** Five fields as cron has them, or a time between two looks. */
  when: { kind: 'cron'; cron: string } | { kind: 'interval'; everyMinutes: number };
  /** An IANA name: the clock of cron and of the blackout hours. */
  timeZone: string;
  /** It begins up to this much later, so that not all begin at once. */
  jitterSeconds: number;
  blackouts: readonly BlackoutHours[];
};
