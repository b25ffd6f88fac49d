import type { HostRule } from './host-rule.ts'

export const gmailToday: HostRule = {
  name: 'hosts/gmail-today',
  system: 'Gmail',
  version: '2017 and later, text of the report',
  source: 'observed in public collections of returned mail',
  signs: [{ from: 'mailer-daemon@google' }],
  layout: {
    kind: 'sentence',
    sentence:
      /(?:your message wasn['’]t delivered to|your message to|tu mensaje no se (?:ha entregado|entregó) a|ihre nachricht wurde nicht an|votre message n['’]est pas parvenu à|il tuo messaggio non è stato consegnato a|sua mensagem não foi entregue a)\s+<?(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255}?)>?[\s*]+(?<reason>[\s\S]{0,1500})/,
  },
  confidence: 0.8,
}
