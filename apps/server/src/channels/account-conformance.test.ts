import type { Fault } from '@fairlead/simulator/client'
import type { Address } from '../mail/message.ts'
import { type ConformanceSubject, describeChannel } from './testing/conformance.ts'
import { connect, openAccounts } from './testing/connected-account.ts'

const domain = 'rcpt.test'
const account = 'ann@sender.test'

type Behaviour = keyof ConformanceSubject['provoking']

const kinds = {
  gmail: {
    vendor: 'google',
    draft: '/users/me/drafts$',
    send: '/drafts/send$',
    // https://developers.google.com/workspace/gmail/api/guides/handle-errors
    refusal: { error: { code: 400, message: 'Invalid To header', errors: [{ reason: 'invalidArgument' }] } },
  },
  microsoft: {
    vendor: 'microsoft',
    draft: '/me/messages$',
    send: '/messages/[^/]+/send$',
    // https://learn.microsoft.com/graph/errors
    refusal: { error: { code: 'ErrorInvalidRecipients', message: 'At least one recipient is not valid.' } },
  },
} as const

/** A provider decides by the call, not by the recipient: each behaviour is a fault of the next call that fits. */
const faultFor = (kind: keyof typeof kinds, behaviour: Behaviour): Fault => {
  const { vendor, draft, send, refusal } = kinds[kind]
  return {
    refused: { vendor, path: draft, does: 'answer', status: 400, body: refusal },
    deferred: { vendor, path: draft, does: 'answer', status: 503 },
    rateLimited: { vendor, path: send, does: 'answer', status: 429, retryAfterSeconds: 60 },
    cutBeforeEnd: { vendor, path: draft, does: 'cut' },
    cutAfterEnd: { vendor, path: send, does: 'lose-answer' },
  }[behaviour] as Fault
}

async function startSubject(kind: keyof typeof kinds): Promise<ConformanceSubject> {
  const accounts = await openAccounts()
  const { client, channels } = accounts
  const link = await connect(channels[kind], account)
  const to = (local: Behaviour) => `${local.toLowerCase()}@${domain}` as Address
  return {
    ...{ channel: channels[kind], link, domain },
    provoking: {
      ...{ refused: to('refused'), deferred: to('deferred'), rateLimited: to('rateLimited') },
      ...{ cutBeforeEnd: to('cutBeforeEnd'), cutAfterEnd: to('cutAfterEnd') },
    },
    provider: { refused: /^400 /, deferred: /^503/ },
    arrange: async behaviour => void (await client.putFaults([faultFor(kind, behaviour)])),
    async arrived(address, count) {
      const messages = await client.wait({ to: address, count })
      return await Promise.all(messages.map(({ id }) => client.raw(id)))
    },
    countOf: async address => (await client.received({ to: address })).total,
    async sentCopies(address) {
      const shown = (await client.accounts()).flatMap(({ mails }) => mails)
      return shown
        .filter(({ place, headers }) => place === 'SENT' && headers.some(isTo(address)))
        .map(({ headers }) => Buffer.from(headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')))
    },
    stop: () => accounts.close(),
  }
}

const isTo = (address: Address) => (header: { name: string; value: string }) =>
  header.name.toLowerCase() === 'to' && header.value.includes(address)

// The simulator reads addresses with a parser that gives quoted local parts without their quotes.
describeChannel('gmail', () => startSubject('gmail'), ['"two words"'])
describeChannel('microsoft', () => startSubject('microsoft'), ['"two words"'])
