import type { Address } from '../apps/server/src/mail/message.ts'

export const withSender = { from: { name: 'Ann Seller', address: 'ann@sender.test' as Address } }
