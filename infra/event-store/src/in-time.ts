import { StoreUnavailableError } from './errors.ts'

/** A command is answered within this, in milliseconds: done, refused, or that the event store does not answer. */
export const answerMs = 4500

/** @throws StoreUnavailableError when it takes longer. */
export async function inTime<T>(work: Promise<T>, milliseconds: number = answerMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const late = () => reject(new StoreUnavailableError('the event store does not answer in time'))
    timer = setTimeout(late, milliseconds)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
