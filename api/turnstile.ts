// Lets so much work through at the same time, and the rest in the order in which it came.

export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

function turnstile(atOnceMax: number): InTurn {
  const waiting: (() => void)[] = [];
  let under = 0;
  return async (work) => {
    if (under >= atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else under += 1;
    try {
      return await work();
    } finally {
      // Whoever is next takes the place as it is: nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else under -= 1;
    }
  };
}

/** Pictures that this process works on at the same time, whoever sent them: the rest wait, and other requests go on. */
export const pictureInTurn = turnstile(2);
