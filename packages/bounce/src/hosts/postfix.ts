import type { HostRule } from './host-rule.ts'
import { bracketColon, bracketExpanded } from './recipient-lines.ts'

export const postfix: HostRule = {
  name: 'hosts/postfix',
  system: 'Postfix',
  version: 'all versions, text of the report',
  source: 'https://www.postfix.org/bounce.5.html',
  signs: [
    { text: "i'm sorry to have to inform you that" },
    { text: 'this is the postfix program' },
    { text: 'message returned below could not be delivered' },
    { text: 'failure reason:' },
  ],
  layout: { kind: 'list', recipient: [bracketExpanded, bracketColon] },
}
