export { type Client, type ClientOptions, createClient } from './client.ts'
export { ProblemError, UnreachableError } from './errors.ts'
export { type ConnectionState, LiveConnection } from './live/connection.ts'
export type { Handler } from './live/subscription.ts'
