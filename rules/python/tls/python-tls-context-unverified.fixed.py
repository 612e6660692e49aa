import ssl
import urllib.request

# ruleid: python-tls-context-unverified
context = ssl.create_default_context()
# ruleid: python-tls-context-unverified
urllib.request.urlopen("https://example.com", context=ssl.create_default_context())

# ok: python-tls-context-unverified
context = ssl.create_default_context()
# ok: python-tls-context-unverified
urllib.request.urlopen("https://example.com")
