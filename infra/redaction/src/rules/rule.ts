/** How one kind of secret is known. */
export type Rule = {
  /** The kind, as it stands in place of the secret. */
  readonly name: string
  /**
   * One of these stands in whatever `pattern` finds, in whatever case where that ignores it: a text without any of them
   * is not looked through at all. Written so that the last three characters are rare.
   */
  readonly anchors: readonly string[]
  /** Global. What the group `kept` matched stays in front of the placeholder. */
  readonly pattern: RegExp
  /** Asked of what the pattern found, without what is kept: a pattern alone cannot tell how random a text is. */
  readonly isSecret?: (found: string) => boolean
}
