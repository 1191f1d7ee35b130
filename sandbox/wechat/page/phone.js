// The phone: shows what the stand-in for WeChat shows, and sends what its user does.
'use strict';

const screen = document.getElementById('screen');
const text = document.getElementById('text');
const extras = document.getElementById('extras');
const POLL_MS = 600;

let openid = storedUser();
let shown = 0;
let menuShown = '';

function storedUser() {
  let id = null;
  try { id = localStorage.getItem('openid'); } catch { /* a browser may forbid it: a new user each time */ }
  return id ?? newUser();
}

function newUser() {
  const id = 'o' + Array.from(crypto.getRandomValues(new Uint8Array(14)), (b) => b.toString(16).padStart(2, '0')).join('');
  try { localStorage.setItem('openid', id); } catch { /* see above */ }
  return id;
}

function call(path, body) {
  return fetch(`${path}?openid=${openid}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  }).then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); return refresh(); })
    .catch(() => status('演示平台没有响应，请确认 make run 还在运行'));
}

const act = (name, value = '') => call('/phone/act', { act: name, value });

function status(words) {
  document.getElementById('status').textContent = words;
}

function element(name, className, words) {
  const made = document.createElement(name);
  made.className = className;
  if (words !== undefined) made.textContent = words;
  return made;
}

function bubble(row) {
  if (row.from === 'notice') return element('li', 'notice', row.text);
  const item = element('li', `row ${row.from}`);
  const face = element('span', 'face', row.from === 'me' ? '我' : '桥');
  face.setAttribute('aria-hidden', 'true');
  const content = element('span', 'bubble', row.text);
  if (row.kind === 'image' && row.media_id) {
    const picture = document.createElement('img');
    picture.src = `/phone/media/${encodeURIComponent(row.media_id)}`;
    picture.alt = row.text;
    content.replaceChildren(picture);
  }
  item.append(face, content);
  return item;
}

function showMenu(entries) {
  const key = JSON.stringify(entries);
  if (key === menuShown) return;
  menuShown = key;
  const leaf = (entry) => {
    const button = element('button', '', entry.name);
    button.type = 'button';
    button.addEventListener('click', () => {
      closeMenus();
      if (entry.type === 'view') window.open(entry.url, '_blank', 'noopener');
      else act('click', entry.key);
    });
    return button;
  };
  document.getElementById('menu').replaceChildren(...entries.map((entry) => {
    const cell = element('div', '');
    if (!entry.sub_button) { cell.append(leaf(entry)); return cell; }
    const sub = element('div', 'sub');
    sub.hidden = true;
    sub.append(...entry.sub_button.map(leaf));
    const button = element('button', '', `≡ ${entry.name}`);
    button.type = 'button';
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => {
      const open = sub.hidden;
      closeMenus();
      sub.hidden = !open;
      button.setAttribute('aria-expanded', String(open));
    });
    cell.append(sub, button);
    return cell;
  }));
}

function closeMenus() {
  for (const sub of document.querySelectorAll('.menu .sub')) sub.hidden = true;
  for (const button of document.querySelectorAll('.menu [aria-expanded]')) button.setAttribute('aria-expanded', 'false');
}

async function refresh() {
  const asked = openid;
  const answer = await fetch(`/phone/screen?openid=${asked}&after=${shown}`);
  if (!answer.ok) throw new Error(String(answer.status));
  const now = await answer.json();
  if (asked !== openid) return;
  for (const row of now.rows) {
    if (row.n <= shown) continue; // two refreshes may overlap
    screen.append(bubble(row));
    shown = row.n;
    screen.scrollTop = screen.scrollHeight;
  }
  document.getElementById('follow').hidden = now.follows;
  status(now.typing ? '对方正在输入…' : now.follows ? '公众号' : '还没有关注');
  showMenu(now.follows ? now.menu : []);
}

async function refreshSms() {
  const rows = await (await fetch('/phone/sms')).json();
  const list = document.getElementById('sms');
  if (rows.length) list.replaceChildren(...rows.reverse().map((row) => element('li', '', `${row.phone}：${row.text}`)));
}

async function poll() {
  try { await refresh(); await refreshSms(); } catch { status('演示平台没有响应，请确认 make run 还在运行'); }
  setTimeout(poll, POLL_MS);
}

document.getElementById('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = '';
  call('/phone/text', { text: words });
});
document.getElementById('follow').addEventListener('click', () => act('follow'));
document.getElementById('more').addEventListener('click', (event) => {
  extras.hidden = !extras.hidden;
  event.currentTarget.setAttribute('aria-expanded', String(!extras.hidden));
});
extras.addEventListener('click', (event) => {
  const { act: name, value } = event.target.dataset;
  if (name) act(name, value);
});
document.getElementById('new-user').addEventListener('click', () => {
  openid = newUser();
  shown = 0;
  screen.replaceChildren();
  extras.hidden = true;
  refresh();
});
poll();
