import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const KEY_BYTES = 32
const SALT_BYTES = 16

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, (fault, key) => (fault ? reject(fault) : resolve(key)))
  })

export interface PasswordHash {
  salt: string
  hash: string
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt)
  return { salt: salt.toString('base64'), hash: key.toString('base64') }
}

export async function verifyPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  const expected = Buffer.from(hash, 'base64')
  const key = await derive(password, Buffer.from(salt, 'base64'))
  return expected.length === key.length && timingSafeEqual(expected, key)
}

export const newPassword = (): string => randomBytes(18).toString('base64url')
