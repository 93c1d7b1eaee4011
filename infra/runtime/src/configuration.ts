import { z } from 'zod'

/** One environment variable that does not hold what it must. */
export type ConfigurationProblem = { variable: string; reason: string }

/** Thrown by `readConfig`; names every bad variable at once. `runService` turns it into exit code 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly ConfigurationProblem[]

  constructor(problems: readonly ConfigurationProblem[]) {
    super(
      `The configuration is not usable:\n${problems.map(({ variable, reason }) => `  ${variable}: ${reason}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/**
 * Parses the environment with a zod object whose keys are the variables' names. An empty variable counts as
 * absent (compose files pass those). Variables that the schema does not name are ignored.
 * Throws ConfigurationError; values never appear in its message, because they may be secrets.
 */
export function readConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined> = process.env,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(present, { reportInput: false })
  if (parsed.success) return parsed.data
  throw new ConfigurationError(
    parsed.error.issues.map((issue) => {
      const variable = issue.path.map(String).join('.') || 'environment'
      return { variable, reason: variable in present || issue.path.length === 0 ? issue.message : 'is not set' }
    }),
  )
}

/** The pieces that most services' schemas are made of. Ports and times are strings in the environment. */
export const variables = {
  /** The address a service listens on; loopback unless the operator says otherwise. */
  host: z.string().default('127.0.0.1'),
  /** A TCP port; 0 asks the system for a free one. */
  port: z.coerce.number<string>().int().min(0).max(65_535),
  /** Any absolute URL or connection string. */
  url: z.string().refine((text) => URL.canParse(text), 'is not a URL'),
  /** What the services of an instance show each other; at least 16 characters. */
  serviceToken: z.string().min(16).max(500),
  /** `1`, `true`, `yes`, `on` or their opposites. */
  flag: z.stringbool().default(false),
}
