import ssl

import aiohttp
import httpx
import jwt
import requests

# ruleid: python-tls-verification-off
requests.get("https://example.com", timeout=5, verify=False)
# ruleid: python-tls-verification-off
client = httpx.Client(verify=False)
session = requests.Session()
# ruleid: python-tls-verification-off
session.verify = False
# ruleid: python-tls-verification-off
session.get("https://example.com", verify=False)
# ruleid: python-tls-verification-off
connector = aiohttp.TCPConnector(ssl=False)
context = ssl.create_default_context()
# ruleid: python-tls-verification-off
context.check_hostname = False

# ok: python-tls-verification-off
requests.get("https://example.com", timeout=5, verify="ca.pem")
# ok: python-tls-verification-off
requests.get("https://example.com", timeout=5)
# ok: python-tls-verification-off
context.check_hostname = True
# ok: python-tls-verification-off
jwt.decode("token", verify=False)
