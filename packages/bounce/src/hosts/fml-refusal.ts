import type { HostRule } from './host-rule.ts'

export const fmlRefusal: HostRule = {
  name: 'hosts/fml-refusal',
  system: 'fml mailing list server',
  version: '4 and 8',
  source: 'http://www.fml.org (subjects of its refusals)',
  signs: [
    { subject: 'not member article from' },
    { subject: 'reject mail' },
    { subject: 'loop alert' },
    { subject: 'loop back warning' },
    { subject: 'spam mail from a spammer' },
    { subject: 'ignored article from' },
  ],
  layout: { kind: 'sender', suffix: '-admin' },
  reason: 'policy.sender-rejected',
  confidence: 0.7,
}
