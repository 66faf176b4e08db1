// How this command is called here, for the advice that it gives.

/** `npx muster` where npm has put it into a project, `muster` where it is installed. */
export const MUSTER = process.env['npm_execpath'] === undefined ? 'muster' : 'npx muster';
