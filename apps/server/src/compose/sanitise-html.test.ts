import { describe, expect, it } from 'vitest'
import { sanitiseHtml } from './sanitise-html.ts'
import { sanitiseOffThread } from './sanitise-off-thread.ts'

const wordHead = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-parent:"";} --></style></head><body lang=NL style='tab-interval:36.0pt'><!--StartFragment-->`
const wordItem = `<p class=MsoListParagraphCxSpFirst style='margin-left:36.0pt;mso-add-space:auto;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·</span><![endif]><b style='mso-bidi-font-weight:normal'><span lang=EN-US style='color:#C00000;mso-ansi-language:EN-US'>Two things<o:p></o:p></span></b><o:p>&nbsp;</o:p></p>`

describe('pasted text', () => {
  it('of Word keeps what people see and nothing of Word', () => {
    expect(sanitiseHtml(`${wordHead}${wordItem}`).trim()).toBe(
      '<p style="margin-left:36.0pt"><span>·</span><b><span lang="EN-US" style="color:#C00000">Two things</span></b>\u00a0</p>',
    )
  })

  it('of Google Docs is not bold as a whole', () => {
    const pasted =
      '<b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38;">Hi <b style="font-weight:700">you</b></p></b>'
    expect(sanitiseHtml(pasted)).toBe(
      '<span style="font-weight:normal"><p dir="ltr" style="line-height:1.38">Hi <b style="font-weight:700">you</b></p></span>',
    )
  })

  it('of 5 MB from Word is cleaned in a thread of its own, and again changes nothing', async () => {
    const clean = await sanitiseOffThread(wordHead + wordItem.repeat(Math.floor(5_000_000 / wordItem.length)))
    expect(clean).not.toMatch(/mso|o:p|\[if|WordDocument/i)
    expect(clean.length).toBeLessThan(2_500_000)
    expect(await sanitiseOffThread(clean)).toBe(clean)
  }, 30_000)

  it('that would take for ever is refused in time, and the next is not', async () => {
    const endless = sanitiseOffThread('<div>'.repeat(1_000_000), 300)
    const next = sanitiseOffThread(`<p>${'x'.repeat(60_000)}</p>`)
    await expect(endless).rejects.toMatchObject({ code: 'email.html-too-complex' })
    expect(await next).toHaveLength(60_007)
  }, 20_000)

  it('that grows beyond what may be kept is refused', async () => {
    await expect(sanitiseOffThread('<'.repeat(2_000_000))).rejects.toMatchObject({
      code: 'email.html-too-complex',
    })
  }, 30_000)
})

describe('hostile text', () => {
  it.each([
    ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
    ['<a href="JaVa&#10;Script:alert(1)">x</a>', '<a>x</a>'],
    ['<img src="data:text/html,x">y', 'y'],
    ['<p style="background:url(javascript:x)">y</p>', '<p>y</p>'],
    ['<p style="width:expr/**/ession(1)">y</p>', '<p>y</p>'],
    [`<p style="color:red;${'x'.repeat(10_000)}">y</p>`, '<p>y</p>'],
    ['<svg><script>x</script></svg><math><mtext>y</mtext></math>z', 'z'],
    ['<base href="//evil"><form action="//evil"><input name=q>z</form>', 'z'],
    ['<xml><w:x>settings</w:x></xml>z', 'z'],
  ])('%# is harmless', (html, clean) => {
    expect(sanitiseHtml(html)).toBe(clean)
  })
})
