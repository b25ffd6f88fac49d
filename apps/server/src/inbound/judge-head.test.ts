import { describe, expect, it } from 'vitest'
import { judgeHead } from './judge-head.ts'

const judge = (...lines: string[]) =>
  judgeHead(Buffer.from(`${lines.join('\r\n')}\r\n\r\nbody: <not@header>`))

describe('judgeHead', () => {
  it('names what a mail answers, the nearest first, each once', () => {
    const head = judge(
      ...['From: Carl <carl@north.example>', 'References: <a@x> <b@x>', '\t<c@x>', 'In-Reply-To: <c@x>'],
    )
    expect(head).toMatchObject({ answers: ['c@x', 'b@x', 'a@x'], isMachines: false, isOurCopy: false })
    expect(head).toMatchObject({ from: 'carl@north.example', envelopeFrom: 'carl@north.example' })
  })

  it.each([
    ['Return-Path: <>'],
    ['From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>'],
    ['From: postmaster@outlook.example'],
    ['From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example'],
    ['From: a@b.example', 'Content-Type: multipart/report; report-type=delivery-status'],
    ['From: a@b.example', 'Auto-Submitted: auto-replied'],
    ['From: a@b.example', 'X-Failed-Recipients: c@d.example'],
    ['From: a@b.example', 'Precedence: auto_reply'],
  ])('knows a machine’s mail by %j', (...lines) => {
    expect(judge(...lines).isMachines).toBe(true)
  })

  it.each([
    ['From: ann@acme.example'],
    ['From: a@b.example', 'Auto-Submitted: no'],
    ['Return-Path: <a@b.example>'],
  ])('knows a person’s by %j', (...lines) => expect(judge(...lines).isMachines).toBe(false))

  it('knows our own copy, but not a notice that kept our header', () => {
    const ref = 'X-Fairlead-Ref: msg_01990000-0000-7000-8000-000000000000'
    expect(judge('From: ann@acme.example', ref).isOurCopy).toBe(true)
    expect(judge('Return-Path: <>', ref).isOurCopy).toBe(false)
  })

  it.each([
    Buffer.alloc(0),
    Buffer.from('no header at all'),
    Buffer.from([0, 255, 10, 58, 10]),
    Buffer.from(`References: ${'<x@y> '.repeat(200_000)}`),
  ])('survives odd bytes', bytes => {
    expect(judgeHead(bytes).answers.length).toBeLessThanOrEqual(40)
  })
})
