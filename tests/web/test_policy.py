"""The pages under the service's own content security policy."""

import re
from pathlib import Path

from handoff.routes.pages import HEADERS

MOCK = Path(__file__).parents[2] / "web" / "mock" / "server.js"


def test_the_stand_in_service_forbids_what_the_service_forbids():
    """Else a page could pass here and be blocked in production."""
    statement = re.search(r"const POLICY =(.*?)\n(?=\S)", MOCK.read_text(encoding="utf-8"), re.S)
    assert statement is not None
    assert "".join(re.findall(r'"([^"]*)"', statement[1])) == HEADERS["Content-Security-Policy"]


def test_a_script_reaches_no_other_host(service, browser):
    """Not even by WebSocket, while the page's own stream is allowed."""
    page = browser.new_page()
    page.goto(f"{service()}/console/")
    blocked = page.evaluate(
        """async () => {
            const found = []
            document.addEventListener('securitypolicyviolation', (event) => found.push(event.blockedURI))
            new WebSocket(location.origin.replace('http', 'ws') + '/api/v1/agent/stream')
            try { new WebSocket('ws://127.0.0.1:9/') } catch { /* some versions throw */ }
            await fetch('http://127.0.0.1:9/').catch(() => null)
            await new Promise((done) => setTimeout(done, 100))
            return found
        }"""
    )
    page.close()
    assert sorted(uri.split(":")[0] for uri in blocked) == ["http", "ws"]
