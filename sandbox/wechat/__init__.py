"""A stand-in for the WeChat platform (公众平台): callbacks, the API the channel uses, and a page that plays a phone.

Written from the platform's rules alone; it shares no code with the channel.
"""
