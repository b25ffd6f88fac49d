import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { createRoot } from 'react-dom/client'
import { activateLanguage } from '../i18n/i18n.ts'
import { Toasts } from '../ui/toast.tsx'
import { Buttons, Fields, Overlays } from './controls.tsx'
import { ListParts } from './list-parts.tsx'
import { Lines, Recipients, Surfaces } from './surfaces.tsx'
import '../ui/styles/index.css'

/** Every component in its states, for looking at: http://localhost:5173/gallery.html while `npm run dev -w apps/web` runs. Not part of the built app. */
const root = document.getElementById('root')
if (root === null) throw new Error('gallery.html has no #root')
await activateLanguage(window.location.search)
createRoot(root).render(
  <I18nProvider i18n={i18n}>
    <main className="col mx-auto max-w-5xl gap-6 bg-surface p-6">
      <h1>{'Components'}</h1>
      <Buttons />
      <Fields />
      <Overlays />
      <Surfaces />
      <Lines />
      <Recipients />
      <ListParts />
    </main>
    <Toasts />
  </I18nProvider>,
)
