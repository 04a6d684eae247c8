/**
 * What ends a call of an AWS client when the time that is left is over; nothing where there is no end.
 *
 * @param remainingMilliseconds read now: one signal is for one try.
 */
export function endingWith(remainingMilliseconds: () => number): { readonly abortSignal?: AbortSignal } {
  const remaining = remainingMilliseconds();
  if (!Number.isFinite(remaining)) return {};
  return { abortSignal: AbortSignal.timeout(Math.max(0, Math.floor(remaining))) };
}
