// The command `muster source`, whose parts stand in several files: each adds its own to the same one.
import type { Command } from 'commander';

/** `muster source`, made where it is not there yet. */
export const sourceCommand = (program: Command): Command =>
  program.commands.find((command) => command.name() === 'source') ??
  program
    .command('source')
    .description(
      'places that files are taken from by themselves: set them up, run them, look at their files',
    );
