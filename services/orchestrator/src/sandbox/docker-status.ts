/** Statuses that mean that the container is already as we want it. */
export function unlessStatus(...expected: number[]): (error: unknown) => undefined {
  return (error) => {
    if (!expected.includes(statusOf(error) ?? 0)) throw error
    return undefined
  }
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined
}
