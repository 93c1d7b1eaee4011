/** What the connection needs of a WebSocket; tests bring their own. */
export type Socket = {
  send(text: string): void
  close(): void
  onOpen(listener: () => void): void
  onText(listener: (text: string) => void): void
  /** `code`: why, by the close codes of RFC 6455 §7.4. */
  onClose(listener: (code: number) => void): void
}

/** Node's WebSocket takes headers besides; a browser's sends the cookie, and would take an object for a protocol. */
type Constructor = new (url: URL, init?: { headers: Readonly<Record<string, string>> }) => WebSocket

export function openSocket(address: string, headers: Readonly<Record<string, string>>): Socket {
  const url = new URL(address)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const Opened = WebSocket as Constructor
  const socket = Object.keys(headers).length > 0 ? new Opened(url, { headers }) : new Opened(url)
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    onOpen: (listener) => socket.addEventListener('open', listener),
    onText: (listener) => socket.addEventListener('message', ({ data }) => listener(String(data))),
    onClose: (listener) => socket.addEventListener('close', ({ code }) => listener(code)),
  }
}
