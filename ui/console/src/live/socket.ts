/** What the connection needs of a WebSocket; tests bring their own. */
export type Socket = {
  send(text: string): void
  close(): void
  onOpen(listener: () => void): void
  onText(listener: (text: string) => void): void
  onClose(listener: () => void): void
}

export function browserSocket(path: string): Socket {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    onOpen: (listener) => socket.addEventListener('open', listener),
    onText: (listener) => socket.addEventListener('message', ({ data }) => listener(String(data))),
    onClose: (listener) => socket.addEventListener('close', listener),
  }
}
