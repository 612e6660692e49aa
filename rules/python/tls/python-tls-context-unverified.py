import ssl
import urllib.request

# ruleid: python-tls-context-unverified
context = ssl._create_unverified_context()
# ruleid: python-tls-context-unverified
urllib.request.urlopen("https://example.com", context=ssl._create_unverified_context())

# ok: python-tls-context-unverified
context = ssl.create_default_context()
# ok: python-tls-context-unverified
urllib.request.urlopen("https://example.com")
