/** A connection string as options of NATS's own JavaScript client, which reads no credentials from an address. */
export function natsOptions(url: string): { servers: string; user: string; pass: string } {
  const { host, username, password } = new URL(url)
  return { servers: host, user: decodeURIComponent(username), pass: decodeURIComponent(password) }
}
