import type { ModelDialect } from '@mosaic/contracts/credential'
import type { Reply } from './contract.ts'
import type { Dialect } from './http/dialect.ts'
import { patiently } from './http/post.ts'
import { readReply } from './http/read-reply.ts'

/** Where a model is asked by somebody who speaks its dialect already, with the key that it wants. */
export type ModelAddress = {
  readonly dialect: ModelDialect
  /** `undefined`: nobody is there. @throws the signal's reason when it is aborted */
  ask(path: string, question: Question): Promise<Response | undefined>
  /** The message that an answer holds. @throws where it holds none */
  read(answer: Response): Promise<Reply>
}

type Question = {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

type At = { readonly dialect: Dialect; readonly apiKey: string | null; readonly baseUrl: string | undefined }

export const modelAddress = (name: ModelDialect, { dialect, apiKey, baseUrl }: At): ModelAddress => ({
  dialect: name,
  async ask(path, { body, headers, signal }) {
    const address = `${(baseUrl ?? dialect.maker.url).replace(/\/+$/, '')}${path}`
    const options = {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { ...headers, ...dialect.headers(apiKey) },
      // A key goes to the address that it was given for, and nowhere else.
      redirect: 'manual',
      signal,
      dispatcher: patiently(),
    } as const
    return fetch(address, options).catch((error: unknown) => {
      if (signal.aborted) throw error
      return undefined
    })
  },
  read: (answer) => readReply(answer, { read: dialect.reader(), onDelta: () => undefined, heard: () => undefined }),
})
