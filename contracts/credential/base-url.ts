import { z } from 'zod'

/** The port is an administrator's choice, loopback too: gateways run there. A password belongs into the key. */
export const baseUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .max(2000)
  .refine((text) => {
    const { username, password } = new URL(text)
    return username === '' && password === ''
  }, 'expected no user or password in the address')
