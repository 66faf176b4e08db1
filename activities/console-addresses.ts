// Where in the console a mail leads its reader: whoever is not signed in there is asked to, and then brought on.

/** `publicUrl`: the console's address, without a slash at its end. */
export function consoleAddresses(publicUrl: string) {
  const run = (id: string) => `${publicUrl}/runs/${id}`;
  return {
    run,
    /** Its rows that need somebody; they can be had as CSV there. */
    failedRows: (id: string) => `${run(id)}/rows?outcome=rejected,failed`,
    /** Where it is approved or declined. */
    approval: (id: string) => `${publicUrl}/approvals/${id}`,
    source: (id: number) => `${publicUrl}/sources/${id}`,
  };
}
