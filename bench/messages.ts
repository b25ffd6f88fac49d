/** Personal sales mails of about 8 KB on the wire: 1.6 KB of text and 5.6 KB of HTML, no two alike. */

const words =
  'account pipeline revenue quarter customer meeting follow introduce product team schedule call week value onboarding integration budget review proposal contact sales outreach reply question example company growth report'.split(
    ' ',
  )

function paragraph(seed: number, length: number): string {
  const text = Array.from({ length }, (_, at) => words[(seed * 7 + at * 13 + (at >> 2)) % words.length]).join(
    ' ',
  )
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

export interface BenchMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The `n`-th mail. */
export function benchMail(n: number): BenchMail {
  const first = `First${n % 997}`
  const paragraphs = [0, 1, 2, 3, 4].map(at => paragraph(n + at, 42))
  const style =
    'margin:0 0 16px 0;line-height:1.5;font-family:Arial,Helvetica,sans-serif;font-size:14px;color:#222222;'
  const body = paragraphs
    .map(
      (text, at) =>
        `<p style="${style}">${text} <a href="https://t.sender.test/c/${n}-${at}" style="color:#0066cc;">link ${at}</a></p>`,
    )
    .join('')
  return {
    to: `user${n}@rcpt.test`,
    subject: `Quick question about ${words[n % words.length]} at Company ${n % 331}`,
    text: `Hi ${first},\n\n${paragraphs.join('\n\n')}\n\nRegards, Ann\n`,
    html: `<p style="${style}">Hi ${first},</p>${body}<table><tr><td style="padding:8px;border-top:1px solid #dddddd;">${paragraph(n + 9, 245)}</td></tr></table>`,
  }
}
