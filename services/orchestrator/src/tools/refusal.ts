/** Why a tool did not do what it was asked: told to the model, which can do better. */
export class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal'
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}
