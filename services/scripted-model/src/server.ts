import { packageVersion } from '@mosaic/runtime'
import type { FastifyBaseLogger } from 'fastify'
import { createApp } from './app.ts'

export interface ScriptedModelOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** 127.0.0.1 by default. */
  host?: string
  /** Multiplier of every scenario's speed; 1 by default. */
  speed?: number
  /** The key that requests must bring; none by default. */
  apiKey?: string | undefined
  logger?: FastifyBaseLogger
}

export interface ScriptedModel {
  /** What an Anthropic client takes as its base URL. */
  url: string
  /** Cuts the answers that are being played and stops listening. */
  close(): Promise<void>
}

/** Starts the server in this process. Rejects when the port is taken. */
export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const { port = 0, host = '127.0.0.1', speed = 1, apiKey, logger } = options
  const app = createApp({ speed, host, apiKey, logger, version: packageVersion(import.meta.url) })
  const url = await app.listen({ port, host })
  return { url, close: () => app.close() }
}
