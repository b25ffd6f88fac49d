import { reasonCodes } from '@fairlead/bounce'
import { describe, expect, it } from 'vitest'
import {
  deliveryStates,
  fill,
  Problem,
  problemBody,
  problems,
  reasonSentences,
  recordProblems,
  showReason,
  stateSentences,
} from './index.ts'

describe('the catalogue', () => {
  it('has a sentence for every reason and every state, each of which ends as a sentence', () => {
    expect(Object.keys(reasonSentences).sort()).toEqual([...reasonCodes].sort())
    expect(Object.keys(stateSentences).sort()).toEqual([...deliveryStates].sort())
    for (const sentence of Object.values(reasonSentences)) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })

  it('names nothing in a reason sentence but the recipient', () => {
    for (const sentence of Object.values(reasonSentences)) {
      expect(sentence.match(/\{\w+\}/g) ?? []).toEqual(
        (sentence.match(/\{\w+\}/g) ?? []).filter(name => name === '{recipient}'),
      )
    }
  })

  it('shows a stored reason with its sentence and the verbatim reply', () => {
    const shown = showReason(
      { code: 'recipient.unknown', reply: '550 5.1.1 no such user', replyCode: 550 },
      'a@b.example',
    )
    expect(shown.sentence).toBe('The mailbox a@b.example does not exist. Check the address.')
    expect(shown).toMatchObject({ fault: 'recipient', reply: '550 5.1.1 no such user', status: null })
  })
})

describe('problems of DNS records', () => {
  it('say what is wrong and what to do', () => {
    for (const [code, { sentence, fix }] of Object.entries(recordProblems))
      for (const text of [sentence, fix]) expect(text, code).toMatch(/^[A-Z].*\.$/)
  })
})

describe('problems', () => {
  it('carry a title and a sentence that says what to do, and a status that fits an error', () => {
    for (const [code, { status, title, sentence }] of Object.entries(problems)) {
      expect(status, code).toBeGreaterThanOrEqual(400)
      expect(title, code).not.toMatch(/\.$/)
      expect(sentence, code).toMatch(/^["A-Z].*\.$/)
    }
  })

  it('become the problem+json body with the parameters in the sentence', () => {
    expect(problemBody('email.too-many-recipients', { count: 10_000, limit: 100 })).toEqual({
      type: 'urn:fairlead:problem:email.too-many-recipients',
      title: 'Too many recipients',
      status: 422,
      code: 'email.too-many-recipients',
      params: { count: 10_000, limit: 100 },
      detail:
        'The email has 10000 recipients; one email takes at most 100. Send several emails, so that each person gets their own.',
    })
    expect(new Problem('not-found', { what: 'email' }).message).toBe(
      'There is no email with this id in your workspace.',
    )
  })

  it('never read a replacement pattern or a placeholder out of a value', () => {
    expect(fill('"{address}" is wrong: {problem}', { address: '$& {problem}', problem: 'x' })).toBe(
      '"$& {problem}" is wrong: x',
    )
  })
})
