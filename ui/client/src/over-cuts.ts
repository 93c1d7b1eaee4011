import { after } from './back-off.ts'

/** A gateway that is being restarted is back within seconds. */
const attempts = 10
const pauseMs = 500

/**
 * Sends again when the connection broke before the answer. In Node a gateway that was there is waited for while it is
 * restarted, and one that was never there is not; a browser does not tell what happened, so it tries once more.
 */
export async function overCuts<T>(
  send: () => Promise<T>,
  { pause = pauseMs, signal }: { readonly pause?: number; readonly signal?: AbortSignal } = {},
): Promise<T> {
  let wasThere = false
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const code = codeOf(error)
      wasThere ||= ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)
      const most = code === '' ? 2 : wasThere ? attempts : 1
      if (attempt >= most) throw error
      await after(code === '' ? 0 : pause, signal)
      signal?.throwIfAborted()
    }
  }
}

/** The system's code at the bottom of an error; empty where there is none. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  return 'code' in error && typeof error.code === 'string' ? error.code : codeOf(error.cause)
}
