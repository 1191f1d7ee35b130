"""WeChat Official Accounts (微信公众号).

``webhook`` takes the platform's callbacks, ``passive`` answers within its five seconds, ``outlet`` carries everything
else out through ``client``. The platform's rules are in docs/architecture.md, "WeChat".
"""
