import { describe, expect, it } from 'vitest'
import { showCheckStage, smtpLinkSettings } from './index.ts'
import { checkSentences, linkFixSentences } from './sentences/link-check-en.ts'

describe('a stage in words', () => {
  it('fills the sentence and the fixes, and keeps what carries a fix out', () => {
    const shown = showCheckStage({
      stage: 'connect',
      state: 'failed',
      sentence: { code: 'connect.refused', params: { host: 'mail.acme.example', port: 25 } },
      reason: { code: 'link.gone', reply: 'connect ECONNREFUSED' },
      fixes: [
        { code: 'use-port-587', change: { port: 587, encryption: 'starttls' } },
        { code: 'check-host' },
      ],
    })
    expect(shown.title).toBe('Open a connection')
    expect(shown.sentence).toBe('mail.acme.example is there, but nothing listens at port 25.')
    expect(shown.reason).toMatchObject({ code: 'link.gone', fault: 'link', reply: 'connect ECONNREFUSED' })
    expect(shown.fixes).toEqual([
      {
        code: 'use-port-587',
        sentence: 'Use port 587 with STARTTLS.',
        params: {},
        change: { port: 587, encryption: 'starttls' },
      },
      { code: 'check-host', sentence: 'Check the server’s name.', params: {}, change: null },
    ])
  })

  it('falls back on the reason’s sentence', () => {
    const shown = showCheckStage({ stage: 'sign-in', state: 'failed', reason: { code: 'link.login' } })
    expect(shown.sentence).toMatch(/refused the login/)
    expect(showCheckStage({ stage: 'find', state: 'passed' }).sentence).toBeNull()
  })

  it('has sentences that end as such', () => {
    for (const sentence of [...Object.values(checkSentences), ...Object.values(linkFixSentences)])
      expect(sentence).toMatch(/^[A-Z{].*[.}]$/)
  })
})

describe('settings of an SMTP server', () => {
  it('need a host alone; all else has a safe default, and nothing is measured yet', () => {
    expect(smtpLinkSettings.parse({ host: ' Mail.Acme.Example ' })).toEqual({
      host: 'mail.acme.example',
      port: 587,
      encryption: 'starttls',
      login: 'auto',
      user: '',
      imap: null,
      borrowedReturnPath: false,
      measured: { sizeLimit: null, takesForeignSender: null, keepsMessageId: null, filesSentCopy: null },
    })
  })

  it.each(['', 'https://mail.example', 'mail example', 'mail.example/x', 'user@mail.example'])(
    'refuse %j as host',
    host => expect(smtpLinkSettings.safeParse({ host }).success).toBe(false),
  )
})
