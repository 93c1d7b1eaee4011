import type { KillStep, SessionView } from '@mosaic/contracts/agent-session'

type Pending = SessionView['pending']

/** A kill that was asked for is not hidden by a later request for less. */
export function graver(pending: Pending, asked: NonNullable<Pending>): Pending {
  if (pending === 'kill') return 'kill'
  return pending === 'terminate' && asked !== 'terminate' ? 'terminate' : asked
}

/** A pause that is confirmed is done with; what was asked for meanwhile still is to come. */
export const pauseConfirmed = (pending: Pending): Pending => (pending === 'pause' ? null : pending)

/** Going on does away with a pause that never came about, too. */
export const resumeConfirmed = (pending: Pending): Pending =>
  pending === 'resume' || pending === 'pause' ? null : pending

/** The kill receipt with one more step; a step that is told again keeps its first time. */
export function receipt(
  { killReceipt }: Pick<SessionView, 'killReceipt'>,
  step: KillStep,
  at: string,
): Pick<SessionView, 'killReceipt'> {
  const isDone = killReceipt.some((done) => done.step === step)
  return { killReceipt: isDone ? killReceipt : [...killReceipt, { step, at }] }
}
