import { InvalidArgumentError } from 'commander'

/** For options that are numbers: what is none, or too small, is refused before anything is done with it. */
export const numberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value
    throw new InvalidArgumentError(`A number is expected, ${least} or more.`)
  }

export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`A whole number is expected, ${least} or more.`)
  }
