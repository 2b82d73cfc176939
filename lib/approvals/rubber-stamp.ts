/** From here on a rate says something: with fewer decisions one rejection more or less moves it by more than five points. */
export const fewestDecisions = 20;
export const mostApprovedPercent = 95;
/** Nobody reads who asks, the arguments and the reason in less; a median leaves room for what was discussed before. */
export const shortestSeconds = 5;

/** Whether decisions look like they were made without reading: many, nearly all yes, and half of those that were opened within seconds. */
export function isRubberStamp({ decisions, approved, medianSeconds }: { decisions: number; approved: number; medianSeconds: number | null }): boolean {
  return decisions >= fewestDecisions && approved * 100 >= decisions * mostApprovedPercent && (medianSeconds === null || medianSeconds < shortestSeconds);
}
