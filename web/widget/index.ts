import { setDefaultServer, XiaoqiaoChat } from './element'

const script = document.currentScript
if (script instanceof HTMLScriptElement && script.src !== '') setDefaultServer(script.src)
if (!customElements.get('xiaoqiao-chat')) customElements.define('xiaoqiao-chat', XiaoqiaoChat)
