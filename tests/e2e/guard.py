"""Whatever a page does that it must never do: run what somebody typed, break, or fetch from elsewhere."""

from playwright.sync_api import BrowserContext

# Each would tell on itself if it ran; the policy violation tells even when only the policy stopped it.
ATTACKS = {
    "script": "<script>attacked('script')</script>",
    "onerror": "<img src=x onerror=attacked('onerror')>",
    "attribute": "\"><svg onload=attacked('attribute')>",
    "link": "[点我](javascript:attacked('link'))",
    "address": "javascript:attacked('address')",
    "frame": "<iframe srcdoc=\"<script>parent.attacked('frame')</script>\"></iframe>",
    "markdown": "![x](x\"onerror=\"attacked('markdown')) **粗** `<b onclick=attacked('code')>`",
    "template": "{{constructor.constructor('attacked(1)')()}}",
}
_TELL = """
document.addEventListener('securitypolicyviolation', (event) => {
    attacked(`${event.violatedDirective} ${event.blockedURI}`)
})
"""


class Guard:
    """Watches all pages of a browser context.

    Attributes:
        troubles: what was seen, in words; empty is well.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.troubles: list[str] = []
        context.expose_function("attacked", lambda what: self.troubles.append(f"attacked: {what}"))
        context.add_init_script(_TELL)
        context.on("dialog", lambda dialog: (self.troubles.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))
