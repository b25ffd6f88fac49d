import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { classifyReply, readReturnedMail } from '../src/index.ts'

const publicMails = new URL('../corpus/public/', import.meta.url)

describe('readReturnedMail', () => {
  test('reads a delivery status notification', () => {
    const report = readReturnedMail(readFileSync(new URL('lhost-postfix-01.eml', publicMails)))
    expect(report.kind).toBe('bounce')
    expect(report.rule).toBe('formats/dsn')
    expect(report.recipients[0]?.action).toBe('failed')
  })

  test('calls nothing a bounce that is none', () => {
    for (const file of ['is-not-bounce-01.eml', 'is-not-bounce-02.eml']) {
      expect(readReturnedMail(readFileSync(new URL(file, publicMails))).kind).toBe('other')
    }
  })

  test('never throws on any public mail', () => {
    for (const file of readdirSync(publicMails)) readReturnedMail(readFileSync(new URL(file, publicMails)))
  })
})

describe('classifyReply', () => {
  test('tells an unknown user from a full mailbox', () => {
    expect(classifyReply({ code: 550, text: '550 5.1.1 <a@b.example>: User unknown' }).code).toBe(
      'recipient.unknown',
    )
    expect(classifyReply({ code: 552, text: '552 5.2.2 Mailbox full' }).code).toBe('quota.full')
  })
})
