/** Refusals that concern what a workspace holds to be secrets. */
export const secretRuleRejections = [
  /** It cannot be looked for in linear time, or would cover what is none. */
  'SECRET_PATTERN_INVALID',
  /** One of this name says something else. */
  'SECRET_PATTERN_EXISTS',
  'SECRET_RULE_NOT_FOUND',
  /** As many as are looked for. */
  'SECRET_RULES_FULL',
] as const
export type SecretRuleRejection = (typeof secretRuleRejections)[number]
