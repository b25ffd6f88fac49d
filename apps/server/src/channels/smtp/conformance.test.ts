import { describe } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { makeAuthority } from '../../testing/make-authority.ts'
import { has } from '../../testing/needs.ts'
import { startMailServer } from '../../testing/start-mail-server.ts'
import { a, startNameServer } from '../../transports/testing/name-server.ts'
import { type ConformanceSubject, describeChannel } from '../testing/conformance.ts'
import { smtpChannel, smtpLink } from './testing/smtp-link.ts'

const domain = 'rcpt.test'
const user = 'ann@sender.test'
const host = 'mail.sender.test'
const provoking = {
  refused: `missing@${domain}` as Address,
  deferred: `greylist@${domain}` as Address,
  rateLimited: `limited@${domain}` as Address,
  cutBeforeEnd: null,
  cutAfterEnd: null,
}
const answers = {
  [provoking.refused]: '550 5.1.1 no such user here',
  [provoking.deferred]: '450 4.2.0 Greylisted, see you later',
  [provoking.rateLimited]: '421 4.7.0 Too many connections from you',
}

async function startSubject(): Promise<ConformanceSubject> {
  const authority = await makeAuthority()
  const server = await startMailServer({
    users: { [user]: 'secret' },
    certificate: await authority.issue([host]),
    domains: [domain, 'sender.test'],
    postfix: { answers },
  })
  const names = await startNameServer({ [`A ${host}`]: [a(host, server.postfix.address)] })
  return {
    channel: smtpChannel({ dnsServer: names.address, authority: authority.certificate }),
    link: smtpLink({ host, user }),
    domain,
    provoking,
    arrived: server.postfix.arrived,
    countOf: server.postfix.countOf,
    async stop() {
      await names.close()
      await server.stop()
    },
  }
}

// Where it hangs up, failures.test.ts looks: nobody can cut in at a chosen byte of an encrypted connection.
describe.runIf(has('postfix', 'dovecot'))('with Postfix and Dovecot', () => {
  describeChannel('smtp', startSubject)
})
