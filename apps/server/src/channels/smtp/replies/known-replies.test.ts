import { linkFixes } from '@fairlead/contract'
import { describe, expect, test } from 'vitest'
import { findKnownReply, knownReplies } from './find-known-reply.ts'
import { programs, seenInPractice } from './known-reply.ts'

/** A host that a row is about, made from its pattern. */
const hosts: readonly string[] = [
  'email-smtp.eu-west-1.amazonaws.com',
  'smtp.gmail.com',
  'smtp.office365.com',
  'smtp.mailgun.org',
  'smtp.postmarkapp.com',
  'smtp.mail.yahoo.com',
  'smtp.mail.me.com',
  'smtp.fastmail.com',
  'smtp.zoho.eu',
  'mail.gmx.net',
  'ssl0.ovh.net',
]

describe('known replies', () => {
  test('are forty or more, each from a page that was read, a program that said it, or marked as seen in practice', () => {
    expect(knownReplies.length).toBeGreaterThanOrEqual(40)
    const known: readonly string[] = [...programs, seenInPractice]
    for (const row of knownReplies) {
      expect(known.includes(row.source) || /^https:\/\/\S+\.\S+$/.test(row.source), row.source).toBe(true)
      expect(row.fixes.length).toBeGreaterThan(0)
      for (const fix of row.fixes) expect(linkFixes).toContain(fix)
    }
  })

  test.each(knownReplies.map(row => [row.example.slice(0, 60), row] as const))('%s', (_start, row) => {
    const host = row.host ? hosts.find(name => row.host?.test(name)) : 'mail.acme.example'
    expect(host, `a host for ${row.host}`).toBeDefined()
    const found = findKnownReply(row.example, host ?? '')
    expect(found).toBe(row)
  })

  test('what nobody knows stays unknown', () => {
    expect(findKnownReply('550 5.1.1 <bob@acme.example>: no such user', 'mail.acme.example')).toBeUndefined()
    expect(findKnownReply('250 OK', 'smtp.mailgun.org')).toBeUndefined()
  })

  test('a hostile reply of any length is read at once', () => {
    const startedAt = performance.now()
    findKnownReply('5.7.139'.repeat(100_000), 'mail.acme.example')
    findKnownReply(`550 ${'daily '.repeat(100_000)}`, 'mail.acme.example')
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
