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
  #inJson: readonly string[] = []

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret)
  }

  add(secret: string): void {
    if (secret.length < shortestKnown || this.#values.includes(secret)) return
    this.#values = [...this.#values, secret].sort((a, b) => b.length - a.length)
    this.#inJson = this.#values.map(writtenInJson)
  }

  /** Longer ones first: one may be part of another. */
  get values(): readonly string[] {
    return this.#values
  }

  /** Whether one may stand in a text of this JSON: where it says no, none does. */
  mayStandIn(json: string): boolean {
    return this.#inJson.some((value) => json.includes(value))
  }
}

/** Half a character is written in another way when its other half stands beside it: such a secret may be anywhere. */
const writtenInJson = (value: string): string => (value.isWellFormed() ? JSON.stringify(value).slice(1, -1) : '')
