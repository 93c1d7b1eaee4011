import { z } from 'zod'

export const path = z.string().min(1).max(4_096)
export const glob = z.string().min(1).max(500)
export const branch = z.string().min(1).max(200)
export const seconds = (max: number) => z.number().int().min(1).max(max)
export const line = (max: number) => z.string().trim().min(1).max(max)
