// A list of people under a name: which are in it, what is shown of each, and in which order.

/** Filters are the words of `filter=`, such as `status=active` or `entry_year=2026`. */
export type PeopleView = {
  filters: readonly string[];
  columns: readonly string[];
  sort: { field: string; isDescending: boolean };
};
