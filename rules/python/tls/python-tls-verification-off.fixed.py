import ssl

import aiohttp
import httpx
import jwt
import requests

# ruleid: python-tls-verification-off
requests.get("https://example.com", timeout=5, verify=True)
# ruleid: python-tls-verification-off
client = httpx.Client(verify=True)
session = requests.Session()
# ruleid: python-tls-verification-off
session.verify = True
# ruleid: python-tls-verification-off
session.get("https://example.com", verify=True)
# ruleid: python-tls-verification-off
connector = aiohttp.TCPConnector(ssl=True)
context = ssl.create_default_context()
# ruleid: python-tls-verification-off
context.check_hostname = True

# ok: python-tls-verification-off
requests.get("https://example.com", timeout=5, verify="ca.pem")
# ok: python-tls-verification-off
requests.get("https://example.com", timeout=5)
# ok: python-tls-verification-off
context.check_hostname = True
# ok: python-tls-verification-off
jwt.decode("token", verify=False)
