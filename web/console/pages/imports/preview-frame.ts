// What the frame of the preview is given, whatever state the plan is in.
export const frameOf = (draft: string) => ({
  step: 3 as const,
  links: { 1: `/import/${draft}/upload`, 2: `/import/${draft}/configure` },
  onCloseTo: '/import',
});
