// Every kind of message on one page: ?scheme=light|dark&theme=contrast&lang=en|zh-CN
import { createRoot } from 'react-dom/client';

import '@/shared/theme/tokens.css';
import { Message } from '..';
import './gallery.css';
import { isStructure, replaced } from './hostile';
import { samples, type Sample } from './samples';

const asked = new URLSearchParams(location.search);
const scheme = asked.get('scheme') ?? 'light';
const lang = asked.get('lang') ?? 'en';
Object.assign(document.documentElement.dataset, { scheme, theme: asked.get('theme') ?? scheme });
document.documentElement.lang = lang;

// A hill under the sun, in another colour for each key.
function imageUrl(key: string): string | undefined {
  if (key.includes('missing')) return 'missing.png';
  const hue = [...key].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 360, 7);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="360">` +
    `<rect width="600" height="360" fill="hsl(${hue} 60% 82%)"/><circle cx="450" cy="100" r="48" fill="hsl(${hue + 40} 80% 65%)"/>` +
    `<path d="M0 300 L180 140 L320 280 L430 200 L600 330 V360 H0Z" fill="hsl(${hue} 45% 45%)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const container = document.getElementById('root');
if (!container) throw new Error('the page has no root');
const root = createRoot(container);

function show(contentOf: (sample: Sample) => unknown): void {
  root.render(
    <>
      <h1>Messages</h1>
      {samples.map((sample) => (
        <section key={sample.name} aria-labelledby={`of-${sample.name}`}>
          <h2 id={`of-${sample.name}`}>{sample.name}</h2>
          <div className="sample" id={sample.name}>
            <Message
              msg_type={sample.msg_type}
              content={contentOf(sample)}
              locale={lang}
              imageUrl={imageUrl}
              fileUrl={(key) => (key.includes('kept') ? `files/${key}` : undefined)}
              viewer={viewer}
            />
          </div>
        </section>
      ))}
    </>,
  );
}

const viewer = { ids: ['ou_li'] };
show((sample) => sample.content);

// For tests: every sample with the same words in all of its places.
declare global {
  interface Window {
    showHostile: (put: string) => void;
  }
}
window.showHostile = (put) => show((sample) => replaced(sample.content, put, isStructure));
