// Something that is saved: while it is on its way, what came of it, and what has to be read again.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../client/client.ts';
import { toast, toastProblem } from './toast.ts';

type Saving<Values, Answer> = {
  save: (values: Values) => Promise<Answer>;
  /** First words of the keys of queries that show it. */
  renews: readonly string[];
  /** What is said once it is done. */
  done?: string | ((answer: Answer) => string);
  onDone?: (answer: Answer) => void;
  /** Gives true where the fault has found its field. */
  onFault?: (problem: ApiProblem) => boolean;
};

export function useSaving<Values, Answer>({ save, renews, done, onDone, onFault }: Saving<Values, Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: async (answer) => {
      if (done !== undefined) toast(typeof done === 'string' ? done : done(answer));
      onDone?.(answer);
      for (const noun of renews) await queries.invalidateQueries({ queryKey: [noun] });
    },
    onError: (error) => {
      if (!(error instanceof ApiProblem && onFault?.(error))) toastProblem(error);
    },
  });
}

/** The faults of a form by the names of its fields, as Mantine's forms take them; {} where none names a field. */
export const faultsByField = ({ problem }: ApiProblem): Record<string, string> =>
  Object.fromEntries(
    (problem.errors ?? []).map(({ path, message }) => [path.replace(/^body\./, ''), message]),
  );

/** For `onFault`: shows each fault at its field. */
export const faultsOnto =
  (form: { setErrors(faults: Record<string, string>): void }) =>
  (problem: ApiProblem): boolean => {
    const faults = faultsByField(problem);
    form.setErrors(faults);
    return Object.keys(faults).length > 0;
  };
