/** Unix time in milliseconds: the one place where this package reads the machine's clock. */
export const unixTime = (): number => Date.now()
