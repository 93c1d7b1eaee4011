/** How one kind of secret is known. */
export type Rule = {
  /** The kind, as it stands in place of the secret. */
  readonly name: string
  /** What a text must hold, in whatever case, before `pattern` is tried at all: a piece of a regular expression. */
  readonly hint: string
  /** Global. What the group `kept` matched stays in front of the placeholder. */
  readonly pattern: RegExp
}
