const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i

/** The secrets of an environment or configuration: what variables' names say to be one, and passwords in addresses. */
export function secretsIn(environment: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (typeof value !== 'string' || value === '') return []
    return secretName.test(name) ? [value] : passwordIn(value)
  })
}

function passwordIn(value: string): string[] {
  if (!value.includes('://') || !URL.canParse(value)) return []
  const { password } = new URL(value)
  return password === '' ? [] : [...new Set([password, decoded(password)])]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Shorter values are words that occur anyway. */
const shortestKnown = 8

/** Secrets known by their value. They are never taken out again: what was one stays one in what is written later. */
export class KnownSecrets {
  #values: readonly string[] = []

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret)
  }

  add(secret: string): void {
    if (secret.length < shortestKnown || this.#values.includes(secret)) return
    this.#values = [...this.#values, secret].sort((a, b) => b.length - a.length)
  }

  /** Longer ones first: one may be part of another. */
  get values(): readonly string[] {
    return this.#values
  }
}
