/** The outcome of something that may be refused. Refusals are values; only faults are thrown. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error })

/** Why a command was refused: a stable code, a sentence for people, and the field it is about where there is one. */
export type Rejection<Code extends string = string> = {
  readonly code: Code
  readonly message: string
  readonly field?: string
  readonly details?: Readonly<Record<string, unknown>>
}
