import type { Attempt } from '@fairlead/contract'
import { describe, expect, it } from 'vitest'
import { describeDoubt } from './describe-doubt.ts'

const attempt: Attempt = {
  handoffId: 'hnd_1',
  ...{ round: 1, number: 1, startedAt: '2026-01-02T03:04:00.000Z', markedAt: '2026-01-02T03:04:05.000Z' },
  answeredAt: '2026-01-02T03:04:09.000Z',
  ...{
    outcome: 'uncertain',
    host: 'mx.north.example',
    address: '192.0.2.9',
    tls: null,
    reply: null,
    reason: null,
  },
}

describe('describeDoubt', () => {
  it('says what was handed over, when and to which server, what did not come, and what each choice will do', () => {
    const before: Attempt = { ...attempt, number: 0, markedAt: null, outcome: 'deferred' }
    expect(describeDoubt('uncertain', [before, attempt])).toMatchObject({
      sentence:
        'The whole message was handed over to mx.north.example on 2026-01-02 03:04:05 UTC. The connection ended before an answer came.',
      ...{ handedOverAt: attempt.markedAt, wasCutAt: attempt.answeredAt, address: '192.0.2.9' },
      choices: [{ action: 'arrived' }, { action: 'retry' }],
    })
  })

  it('tells a stopped worker from a cut connection', () => {
    const killed: Attempt = { ...attempt, answeredAt: null, outcome: null, host: null }
    expect(describeDoubt('uncertain', [killed])?.sentence).toBe(
      'The whole message was handed over on 2026-01-02 03:04:05 UTC. Fairlead was stopped before it could write down an answer.',
    )
    expect(describeDoubt('uncertain', [])?.handedOverAt).toBeNull()
  })

  it.each(['queued', 'delivered', 'bounced', 'refused'] as const)('has nothing to say of %s', state => {
    expect(describeDoubt(state, [attempt])).toBeNull()
  })
})
